//! Two programs that know each other by their certificates: mutual TLS.
//!
//! One call is one connection. The client sends a request and closes its direction, the server reads the request to
//! its end, sends the answer and closes the other direction. *Close* means TLS's `close_notify`, which is
//! authenticated. The end of the TCP connection is not: anybody on the way can bring that about.

use std::{io, net::TcpStream, sync::Arc};

use rustls::{
    ClientConfig, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::VerifierBuilderError,
};

/// What a program shows of itself.
#[derive(Debug)]
pub struct Identity {
    /// The program's certificate, and after it those that lead to an authority, without the authority's own.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key of the first certificate.
    pub key: PrivateKeyDer<'static>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The identity is unusable, its key is another one's, or an authority is not a certificate.
    #[error("a certificate or a key is not usable")]
    Papers(#[from] rustls::Error),
    /// There is no authority, and so nobody could be trusted.
    #[error("cannot verify anybody with these authorities")]
    Authorities(#[from] VerifierBuilderError),
}

/// A client that shows `identity`, and talks only to servers that one of the `authorities` vouches for.
///
/// It is an error if the identity is not usable, if its key is not that of its certificate, if any of the authorities is
/// not a certificate, and if there is no authority.
pub fn client_config(
    identity: Identity,
    authorities: &[CertificateDer<'_>],
) -> Result<Arc<ClientConfig>, ConfigError> {
    todo!("trust {authorities:?}, and show {identity:?}")
}

/// A server that shows `identity`, and serves only clients that show a certificate and that one of the `authorities`
/// vouches for.
///
/// The errors are those of `client_config`.
pub fn server_config(
    identity: Identity,
    authorities: &[CertificateDer<'_>],
) -> Result<Arc<ServerConfig>, ConfigError> {
    todo!("trust {authorities:?}, and show {identity:?}")
}

/// Sends `request` to the server `name` at the other end of `tcp`, and returns its whole answer.
///
/// It is an error if the server can't prove that it is `name`, if it refuses this client, and if the connection ends
/// before the server has closed it with `close_notify`. Nothing of the request is sent before the server has proved who
/// it is.
pub fn call(
    tcp: TcpStream,
    config: Arc<ClientConfig>,
    name: &str,
    request: &[u8],
) -> io::Result<Vec<u8>> {
    let _ = (tcp, config);
    todo!("send {} bytes to {name}", request.len())
}

/// Serves one client: reads its whole request, sends what `answer` makes of the client's certificate and the request,
/// and closes the connection with `close_notify`.
///
/// It is an error if the client can't prove who it is, and if the connection ends before the client has closed its
/// direction with `close_notify`. In both cases `answer` is not called.
pub fn serve(
    tcp: TcpStream,
    config: Arc<ServerConfig>,
    answer: impl FnOnce(&CertificateDer<'_>, &[u8]) -> Vec<u8>,
) -> io::Result<()> {
    let _ = (tcp, config, answer);
    todo!("serve one client")
}
