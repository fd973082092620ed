//! What two that trust each other say, and how they know that they have heard all of it.

use std::{
    io::{self, Read, Write},
    net::Shutdown,
    sync::Arc,
    thread,
};

use rustls::{
    ClientConfig, ClientConnection, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
};
use security_tls::{Identity, call, client_config, server_config};

#[path = "support/meeting.rs"]
mod meeting;
#[path = "support/papers.rs"]
mod papers;
use meeting::{meet, meet_with, reply, sockets};
use papers::{Authority, Papers, SERVER};

/// Two that trust each other, and the certificate of the client. Between it and the authority that the server trusts is
/// another one, whose certificate the client has to show as well.
fn pair() -> (
    Arc<ClientConfig>,
    Arc<ServerConfig>,
    CertificateDer<'static>,
) {
    let for_servers = Authority::new("Authority for Servers");
    let for_clients = Authority::new("Authority for Clients");
    let branch = for_clients.branch("Branch of the Authority for Clients");
    let client = branch.issue(Papers::client());
    let certificate = client.chain[0].clone();
    let client = client_config(client, &[for_servers.certificate()]);
    let server = server_config(
        for_servers.issue(Papers::server()),
        &[for_clients.certificate()],
    );
    (
        client.expect("a valid configuration"),
        server.expect("a valid configuration"),
        certificate,
    )
}

/// The request arrives, the answer comes back, and the program behind the server knows who has asked: the first
/// certificate of the chain is the client's, and the others are of those who vouch for it.
#[test]
fn a_right_pair_talks_both_ways() {
    let (client, server, certificate) = pair();
    // The configurations serve more than one connection, and the second may resume what the first has begun.
    for request in [b"first request".as_slice(), b"second request"] {
        let meeting = meet(Arc::clone(&client), Arc::clone(&server), SERVER, request);
        match meeting.answer {
            Ok(answer) => assert_eq!(answer, reply(request), "not what the server answered"),
            Err(error) => panic!("the call failed: {error}; the server: {:?}", meeting.served),
        }
        assert!(
            meeting.served.is_ok(),
            "the server failed: {:?}",
            meeting.served
        );
        let (asker, asked) = meeting.asked.expect("the answer must come from somewhere");
        assert_eq!(asked, request, "not what the client asked");
        assert!(
            asker == certificate,
            "the program behind the server was told of another client"
        );
    }
}

/// A record of TLS holds 16 KiB at most, and a socket takes what it has room for. One read or one write is never the
/// whole. And nothing at all is a message too.
#[test]
fn requests_of_any_length_arrive_whole() {
    for length in [0, 1, 16 * 1024, 16 * 1024 + 1, 3_000_000] {
        let (client, server, _) = pair();
        let request: Vec<u8> = (0..length).map(|at: usize| (at % 253) as u8).collect();
        let meeting = meet(client, server, SERVER, &request);
        let answer = meeting.answer.unwrap_or_else(|error| {
            panic!("{length} bytes: {error}; the server: {:?}", meeting.served)
        });
        let (_, asked) = meeting.asked.expect("the answer must come from somewhere");
        assert_eq!(
            asked.len(),
            length,
            "the length of the request that arrived"
        );
        assert!(asked == request, "{length} bytes arrived changed");
        assert_eq!(answer.len(), length, "the length of the answer");
        assert!(
            answer == reply(&request),
            "{length} bytes came back changed"
        );
        assert!(meeting.served.is_ok(), "{:?}", meeting.served);
    }
}

/// Records can't be changed on their way, but whoever forwards them can stop after any of them. `pay 1000` is then a
/// valid beginning of `pay 1000, and only if the goods have come`. The end must be a record too: `close_notify`.
#[test]
fn a_request_that_was_cut_is_not_served() {
    let (client, server, _) = pair();
    let meeting = meet_with(server, |tcp| {
        let name = ServerName::try_from(SERVER).expect("a name");
        let connection = ClientConnection::new(client, name).map_err(io::Error::other)?;
        let mut tls = StreamOwned::new(connection, tcp);
        tls.write_all(b"pay 1000")?;
        tls.flush()?;
        // This direction ends here, without a word. The other one is read to its end, or the connection would be reset.
        tls.sock.shutdown(Shutdown::Write)?;
        io::copy(&mut tls.sock, &mut io::sink())?;
        Ok(Vec::new())
    });
    assert!(
        meeting.asked.is_none(),
        "the connection was cut, and what had come of the request was served: {:?}",
        meeting.asked
    );
    assert!(
        meeting.served.is_err(),
        "the connection was cut, and the server saw nothing wrong"
    );
}

/// The same in the other direction, at two places: in the middle of the answer, and before the first byte of it. The
/// latter is no empty answer.
#[test]
fn an_answer_that_was_cut_is_an_error() {
    for sent in ["the balance is 10", ""] {
        let (client, server, _) = pair();
        let (here, there) = sockets();
        let serving = thread::spawn(move || -> io::Result<()> {
            let connection = ServerConnection::new(server).map_err(io::Error::other)?;
            let mut tls = StreamOwned::new(connection, there);
            tls.read_to_end(&mut Vec::new())?;
            tls.write_all(sent.as_bytes())?;
            tls.flush()
        });
        let answer = call(here, client, SERVER, b"balance?");
        serving
            .join()
            .expect("the server does not panic")
            .expect("the request arrives, and ends with close_notify");
        assert!(
            answer.is_err(),
            "the connection was cut after {sent:?}, and the client takes that for the answer: {answer:?}"
        );
    }
}

/// Files get mixed up, and are cut. That shows when the program starts, as an error with a reason, and not at the first
/// connection. A file that was skipped because it could not be read is an authority missing, or one that nobody
/// knows is missing.
#[test]
fn papers_that_are_not_in_order_make_no_configuration() {
    let authority = Authority::new("Authority");
    let root = authority.certificate();
    let rubbish = CertificateDer::from(b"-----BEGIN".to_vec());
    let identity = || authority.issue(Papers::server());
    let mixed_up = || Identity {
        key: identity().key,
        chain: identity().chain,
    };
    let no_key = || Identity {
        key: PrivateKeyDer::Pkcs8(vec![0x30, 0].into()),
        chain: identity().chain,
    };
    let no_chain = || Identity {
        key: identity().key,
        chain: Vec::new(),
    };
    let roots = std::slice::from_ref(&root);
    assert!(client_config(identity(), roots).is_ok(), "all in order");
    assert!(server_config(identity(), roots).is_ok(), "all in order");
    for (what, identity, authorities) in [
        ("another certificate's key", mixed_up(), vec![root.clone()]),
        ("a key that is none", no_key(), vec![root.clone()]),
        ("no certificate", no_chain(), vec![root.clone()]),
        ("no authority", identity(), vec![]),
        (
            "an authority that is no certificate",
            identity(),
            vec![root.clone(), rubbish.clone()],
        ),
    ] {
        let again = Identity {
            chain: identity.chain.clone(),
            key: identity.key.clone_key(),
        };
        assert!(
            client_config(identity, &authorities).is_err(),
            "{what}: the client has a configuration"
        );
        assert!(
            server_config(again, &authorities).is_err(),
            "{what}: the server has a configuration"
        );
    }
}
