//! How connections end: by the peer's wish, by its failure, or by the server's.

#![allow(clippy::drop_non_drop, reason = "the stub has nothing to drop")]

mod peer;

use std::fs;

use peer::{LONG, Peer, State, assert_echoed, bytes, server, settle};
use systems_event_loop::HELD;

/// How many descriptors this process has open.
fn open_files() -> usize {
    fs::read_dir("/proc/self/fd")
        .expect("Linux lists them")
        .count()
}

/// «I have nothing more to say» is not «I don't listen any more». The peer has sent a message and its end in one go,
/// before the server ever looked: one edge tells of both.
#[test]
fn answers_before_it_closes() {
    let (mut server, address) = server(LONG);
    let mut peer = Peer::connect(&address);
    let sent = bytes(1000);
    peer.send_all(&sent);
    peer.end();
    settle(&mut server);
    let state = peer.receive();
    assert_echoed(&peer.received, &sent, "having ended its sending");
    assert_eq!(
        state,
        State::Ended,
        "when all is echoed, the connection of a peer that has ended should be closed"
    );
    assert_eq!(server.connections(), 0);
}

/// The same with more than the sockets have room for. The end has been seen long before the last byte can be
/// delivered, and what is held then is still owed.
#[test]
fn owes_what_it_holds_after_the_end() {
    let (mut server, _) = server(LONG);
    let mut peer = Peer::with_little_room(&mut server);
    let all = bytes(HELD + 20_000);
    let mut sent = 0;
    while sent < all.len() {
        let now = peer.send(&all[sent..]);
        settle(&mut server);
        sent += now;
        if now == 0 {
            break;
        }
    }
    peer.end();
    settle(&mut server);
    let mut state = State::Open;
    let mut rounds = 0;
    while state == State::Open {
        state = peer.receive_up_to(5_000);
        settle(&mut server);
        rounds += 1;
        assert!(
            rounds < 1_000,
            "the peer has ended, has read all {} bytes that came, and waits for {sent} of them and the end",
            peer.received.len(),
        );
    }
    assert_echoed(&peer.received, &all[..sent], "reading slowly after its end");
    assert_eq!(state, State::Ended);
    assert_eq!(
        server.connections(),
        0,
        "all is delivered, and the connection should be closed"
    );
}

/// A peer that is killed leaves a socket that fails at the next call: with a reset, or a broken pipe. That is an event
/// like any other. `?` would carry it out of the loop, and everyone else with it.
#[test]
fn a_failing_connection_fails_alone() {
    let (mut server, address) = server(LONG);
    let mut witness = Peer::connect(&address);
    settle(&mut server);

    // Gone with bytes that it has not read: its kernel answers with a reset.
    let mut reset = Peer::connect(&address);
    reset.send_all(&bytes(100));
    settle(&mut server);
    reset.send_all(&bytes(100));
    drop(reset);
    witness.send_all(b"after a reset ");
    settle(&mut server);

    // Gone while the server still holds bytes for it.
    let mut broken = Peer::with_little_room(&mut server);
    broken.send_until_stuck(&mut server);
    drop(broken);
    witness.send_all(b"and a broken pipe");
    settle(&mut server);

    assert_eq!(witness.receive(), State::Open);
    assert_eq!(
        String::from_utf8_lossy(&witness.received),
        "after a reset and a broken pipe"
    );
    assert_eq!(server.connections(), 1, "only the witness is still there");
}

/// A descriptor that is forgotten is never closed, and after a thousand of them nobody can connect any more.
#[test]
fn closes_every_descriptor() {
    let before = open_files();
    let (mut server, address) = server(LONG);
    let serving = open_files();
    for round in 0..40 {
        let mut peer = Peer::connect(&address);
        peer.send_all(&bytes(round + 1));
        settle(&mut server);
        peer.receive();
        assert_eq!(peer.received.len(), round + 1);
        match round % 2 {
            0 => drop(peer),
            _ => {
                peer.end();
                settle(&mut server);
                assert_eq!(peer.receive(), State::Ended);
            }
        }
        settle(&mut server);
    }
    assert_eq!(server.connections(), 0, "40 peers have come and gone");
    assert_eq!(
        open_files(),
        serving,
        "descriptors open after 40 peers have come and gone"
    );

    let mut last = Peer::connect(&address);
    settle(&mut server);
    assert_eq!(server.connections(), 1);
    drop(server);
    assert_eq!(
        last.receive(),
        State::Ended,
        "a server that is dropped closes its connections"
    );
    drop(last);
    assert_eq!(
        open_files(),
        before,
        "descriptors open after the server was dropped"
    );
}
