//! Two programs that know each other by their certificates: mutual TLS.
//!
//! One call is one connection. The client sends a request and closes its direction, the server reads the request to
//! its end, sends the answer and closes the other direction. *Close* means TLS's `close_notify`, which is
//! authenticated. The end of the TCP connection is not: anybody on the way can bring that about.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    client::WebPkiServerVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    server::{VerifierBuilderError, WebPkiClientVerifier},
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
/// # Errors
///
/// If the identity or an authority is not usable, or if there is no authority.
pub fn client_config(
    identity: Identity,
    authorities: &[CertificateDer<'_>],
) -> Result<Arc<ClientConfig>, ConfigError> {
    let provider = provider();
    let verifier =
        WebPkiServerVerifier::builder_with_provider(roots(authorities)?, Arc::clone(&provider))
            .build()?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_webpki_verifier(verifier)
        .with_client_auth_cert(identity.chain, identity.key)?;
    Ok(Arc::new(config))
}

/// A server that shows `identity`, and serves only clients that one of the `authorities` vouches for.
///
/// # Errors
///
/// If the identity or an authority is not usable, or if there is no authority.
pub fn server_config(
    identity: Identity,
    authorities: &[CertificateDer<'_>],
) -> Result<Arc<ServerConfig>, ConfigError> {
    let provider = provider();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(roots(authorities)?, Arc::clone(&provider))
            .build()?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(identity.chain, identity.key)?;
    Ok(Arc::new(config))
}

/// Sends `request` to the server `name` at the other end of `tcp`, and returns its whole answer.
///
/// # Errors
///
/// If the server can't prove that it is `name`, if it refuses this client, or if the connection ends before the server
/// has closed it. Nothing of the request is sent before the server has proved who it is.
pub fn call(
    tcp: TcpStream,
    config: Arc<ClientConfig>,
    name: &str,
    request: &[u8],
) -> io::Result<Vec<u8>> {
    let name = ServerName::try_from(name.to_owned())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, tcp);
    tls.conn.complete_io(&mut tls.sock)?;
    tls.write_all(request)?;
    tls.conn.send_close_notify();
    tls.flush()?;
    let mut answer = Vec::new();
    // In TLS 1.3 the client is done before the server has looked at its certificate: a refusal arrives here.
    tls.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Serves one client: reads its whole request, and sends what `answer` makes of the client's certificate and the
/// request.
///
/// # Errors
///
/// If the client can't prove who it is, or if the connection ends before the client has closed its direction. Then
/// `answer` was not called. And if the answer can't be sent.
pub fn serve(
    tcp: TcpStream,
    config: Arc<ServerConfig>,
    answer: impl FnOnce(&CertificateDer<'_>, &[u8]) -> Vec<u8>,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, tcp);
    tls.conn.complete_io(&mut tls.sock)?;
    let mut request = Vec::new();
    tls.read_to_end(&mut request)?;
    let client = tls.conn.peer_certificates().and_then(<[_]>::first);
    let client = client.ok_or_else(|| io::Error::other("the client has no certificate"))?;
    let answer = answer(client, &request);
    tls.write_all(&answer)?;
    tls.conn.send_close_notify();
    tls.flush()
}

/// The implementation of the cryptography. Named here, so that it doesn't depend on which features of rustls some other
/// crate in the program has switched on.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn roots(authorities: &[CertificateDer<'_>]) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    Ok(Arc::new(roots))
}
