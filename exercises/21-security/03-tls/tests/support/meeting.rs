//! A client and a server meet on a real socket, on this machine.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    panic::resume_unwind,
    sync::Arc,
    thread,
};

use rustls::{ClientConfig, ServerConfig, pki_types::CertificateDer};
use security_tls::{call, serve};

/// How it went, from both sides.
#[derive(Debug)]
#[allow(dead_code, reason = "no test file needs all of it")]
pub struct Meeting {
    /// What the client got.
    pub answer: io::Result<Vec<u8>>,
    /// How the server ended.
    pub served: io::Result<()>,
    /// What was handed to the program behind the server, if it was called: the client's certificate and the request.
    pub asked: Option<(CertificateDer<'static>, Vec<u8>)>,
}

/// What the program behind the server answers: the request, backwards.
pub fn reply(request: &[u8]) -> Vec<u8> {
    request.iter().rev().copied().collect()
}

/// Both ends of a TCP connection.
pub fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let client = TcpStream::connect(listener.local_addr().expect("an address"));
    let (server, _) = listener.accept().expect("the client connects");
    (client.expect("the server listens"), server)
}

/// One call of a client to the server `name`.
#[allow(dead_code, reason = "no test file needs all of it")]
pub fn meet(
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    name: &str,
    request: &[u8],
) -> Meeting {
    meet_with(server, |tcp| call(tcp, client, name, request))
}

/// Whatever `client` does with its end of the connection, while the server serves at the other.
pub fn meet_with(
    server: Arc<ServerConfig>,
    client: impl FnOnce(TcpStream) -> io::Result<Vec<u8>>,
) -> Meeting {
    let (here, there) = sockets();
    // A socket that is closed while there is unread data on it resets the connection, and the reset may overtake what
    // was sent before. So that the client sees in every run what the server has said, this handle keeps the socket.
    let open = there.try_clone().expect("another handle");
    let serving = thread::spawn(move || {
        let mut asked = None;
        let served = serve(there, server, |certificate, request| {
            asked = Some((certificate.clone().into_owned(), request.to_vec()));
            reply(request)
        });
        // The client may be gone.
        let _ = open.shutdown(Shutdown::Write);
        (served, asked, open)
    });
    let answer = client(here);
    match serving.join() {
        Ok((served, asked, _open)) => Meeting {
            answer,
            served,
            asked,
        },
        Err(panic) => resume_unwind(panic),
    }
}
