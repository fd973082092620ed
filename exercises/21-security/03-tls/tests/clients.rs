//! Whom a server serves. In TLS only the server has to show a certificate. That clients do is what *mutual* means, and
//! the server must insist.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, ServerConfig};
use security_tls::{Identity, call, client_config, server_config};

#[path = "support/meeting.rs"]
mod meeting;
#[path = "support/papers.rs"]
mod papers;
use meeting::{Meeting, meet, meet_with, reply};
use papers::{Authority, Papers, SERVER};

const REQUEST: &[u8] = b"what is my balance?";

struct World {
    for_servers: Authority,
    for_clients: Authority,
    server: Arc<ServerConfig>,
}

impl World {
    /// A world in which a right pair meets.
    fn new() -> Self {
        let for_servers = Authority::new("Authority for Servers");
        let for_clients = Authority::new("Authority for Clients");
        let server = server_config(
            for_servers.issue(Papers::server()),
            &[for_clients.certificate()],
        );
        let world = Self {
            for_servers,
            for_clients,
            server: server.expect("a valid configuration"),
        };
        let meeting = world.meet(world.for_clients.issue(Papers::client()));
        match meeting.answer {
            Ok(answer) => assert_eq!(answer, reply(REQUEST), "not the server's answer"),
            Err(error) => panic!("a client with the right papers was refused: {error}"),
        }
        world
    }

    fn meet(&self, client: Identity) -> Meeting {
        let client = client_config(client, &[self.for_servers.certificate()]);
        let server = Arc::clone(&self.server);
        meet(
            client.expect("a valid configuration"),
            server,
            SERVER,
            REQUEST,
        )
    }

    /// Fails unless the server refused, and both sides know.
    #[track_caller]
    fn refused(&self, meeting: Meeting, what: &str) {
        assert!(
            meeting.asked.is_none(),
            "{what}: its request was served: {meeting:?}"
        );
        assert!(
            meeting.served.is_err(),
            "{what}: the server did not report an error"
        );
        assert!(
            meeting.answer.is_err(),
            "{what}: the client was refused, and takes that for an answer: {:?}",
            meeting.answer
        );
    }
}

/// A client without a certificate is what browsers are, so it is what servers expect unless they are told. In TLS 1.3 the
/// client has finished its part before the server has looked at it: it can send a request, and learns only when
/// it reads that nobody wanted it.
#[test]
fn a_client_without_a_certificate_is_refused() {
    let world = World::new();
    let mut roots = RootCertStore::empty();
    roots
        .add(world.for_servers.certificate())
        .expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let anonymous = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let meeting = meet_with(Arc::clone(&world.server), |tcp| {
        call(tcp, Arc::new(anonymous), SERVER, REQUEST)
    });
    world.refused(meeting, "a client without a certificate");
}

/// Clients have no name that the server could have asked for, but they do have a time.
#[test]
fn an_expired_client_is_refused() {
    let world = World::new();
    for (what, days) in [
        ("a certificate that expired yesterday", -30..-1),
        ("a certificate that begins tomorrow", 1..30),
    ] {
        let client = world.for_clients.issue(Papers::client().valid(days));
        world.refused(world.meet(client), what);
    }
}

/// The authority for clients is another one than that for servers. If the server trusted both, each server that the
/// latter vouches for could come as a client.
#[test]
fn a_client_that_nobody_vouches_for_is_refused() {
    let world = World::new();
    let namesake = Authority::new("Authority for Clients");
    for (what, client) in [
        ("a self-signed certificate", Papers::client().self_signed()),
        (
            "a certificate by an authority of the same name, with another key",
            namesake.issue(Papers::client()),
        ),
        (
            "a certificate by the authority that vouches for servers",
            world.for_servers.issue(Papers::client()),
        ),
    ] {
        world.refused(world.meet(client), what);
    }
}

/// See the same test for servers.
#[test]
fn a_client_with_papers_for_something_else_is_refused() {
    let world = World::new();
    for (what, client) in [
        (
            "a certificate that is for servers only",
            world.for_clients.issue(Papers::client().for_servers()),
        ),
        (
            "a certificate issued by another client",
            world
                .for_clients
                .issue_by_its_client(Papers::client().named("other.test"), Papers::client()),
        ),
    ] {
        world.refused(world.meet(client), what);
    }
}
