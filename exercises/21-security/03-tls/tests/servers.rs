//! Which servers a client talks to. A certificate proves nothing by being there: it must be for this name, of this time,
//! and from an authority that the client has chosen.

use rustls::pki_types::CertificateDer;
use security_tls::{Identity, client_config, server_config};

#[path = "support/meeting.rs"]
mod meeting;
#[path = "support/papers.rs"]
mod papers;
use meeting::{meet, reply};
use papers::{Authority, Papers, SERVER};

const SECRET: &[u8] = b"transfer everything to account 7";

/// The authority that clients trust, and the one that servers trust.
struct World {
    for_servers: Authority,
    for_clients: Authority,
}

impl World {
    /// A world in which a right pair meets: if it did not, it would be no news that wrong ones don't.
    fn new() -> Self {
        let world = Self {
            for_servers: Authority::new("Authority for Servers"),
            for_clients: Authority::new("Authority for Clients"),
        };
        let right = world.for_servers.issue(Papers::server());
        let meeting = world.meet(right, SERVER);
        match meeting.answer {
            Ok(answer) => assert_eq!(answer, reply(SECRET), "not the server's answer"),
            Err(error) => panic!("a server with the right papers was refused: {error}"),
        }
        world
    }

    fn meet(&self, server: Identity, name: &str) -> meeting::Meeting {
        let client = client_config(
            self.for_clients.issue(Papers::client()),
            &[self.for_servers.certificate()],
        );
        let authorities: [CertificateDer<'_>; 1] = [self.for_clients.certificate()];
        let server = server_config(server, &authorities);
        meet(
            client.expect("a valid configuration"),
            server.expect("a valid configuration"),
            name,
            SECRET,
        )
    }

    /// Fails unless the client refuses this server, before it has told it anything.
    #[track_caller]
    fn refuses(&self, server: Identity, name: &str, what: &str) {
        let meeting = self.meet(server, name);
        assert!(
            meeting.asked.is_none(),
            "{what}: the request was sent to it and served"
        );
        assert!(
            meeting.answer.is_err(),
            "{what}: the client did not report an error"
        );
        assert!(
            meeting.served.is_err(),
            "{what}: the server did not report an error"
        );
    }
}

/// The name is what a certificate is about. An authority has many customers, and each of them has a valid certificate: for
/// a name of its own.
#[test]
fn a_server_of_another_name_is_refused() {
    let world = World::new();
    let other = world
        .for_servers
        .issue(Papers::server().named("other.test"));
    world.refuses(
        other,
        SERVER,
        "a valid certificate for other.test, when the client called server.test",
    );
    let right = world.for_servers.issue(Papers::server());
    world.refuses(
        right,
        "www.server.test",
        "a valid certificate for server.test, when the client called www.server.test",
    );
}

/// Who steals a key can use it until the certificate expires, and authorities forget revoked ones after that.
#[test]
fn an_expired_server_is_refused() {
    let world = World::new();
    for (what, days) in [
        ("a certificate that expired yesterday", -30..-1),
        ("a certificate that begins tomorrow", 1..30),
    ] {
        let server = world.for_servers.issue(Papers::server().valid(days));
        world.refuses(server, SERVER, what);
    }
}

/// Anybody can make a certificate for any name, or an authority of any name. What counts is whose key signed it.
#[test]
fn a_server_that_nobody_vouches_for_is_refused() {
    let world = World::new();
    world.refuses(
        Papers::server().self_signed(),
        SERVER,
        "a self-signed certificate",
    );
    let namesake = Authority::new("Authority for Servers");
    world.refuses(
        namesake.issue(Papers::server()),
        SERVER,
        "a certificate by an authority of the same name, with another key",
    );
    world.refuses(
        world.for_clients.issue(Papers::server()),
        SERVER,
        "a certificate by the authority that vouches for clients",
    );
}

/// A certificate says what it is good for. With one for a client, or for `customer.test`, nobody may play the server,
/// nor issue a certificate to somebody who does.
#[test]
fn a_server_with_papers_for_something_else_is_refused() {
    let world = World::new();
    world.refuses(
        world.for_servers.issue(Papers::server().for_clients()),
        SERVER,
        "a certificate that is for clients only",
    );
    let customer = Papers::server().named("customer.test");
    world.refuses(
        world
            .for_servers
            .issue_by_its_client(customer, Papers::server()),
        SERVER,
        "a certificate issued by a customer of the authority",
    );
}
