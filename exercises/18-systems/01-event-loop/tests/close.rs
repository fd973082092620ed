//! How connections end: by the peer's wish, by its failure, or by the server's. And what becomes of the others when one
//! can't begin.

#![allow(clippy::drop_non_drop, reason = "the stub has nothing to drop")]

mod peer;

use std::{fs, time::Duration};

use peer::{LONG, Peer, State, assert_echoed, bytes, server, settle};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use systems_event_loop::{HELD, os};

/// How many descriptors this process has open.
fn open_files() -> usize {
    fs::read_dir("/proc/self/fd")
        .expect("Linux lists them")
        .count()
}

/// "I have nothing more to say" is not "I don't listen any more". The peer has sent a message and its end in one go,
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

/// Runs `code` in a process that gets no new descriptors; the old ones stay.
fn without_new_descriptors<T>(code: impl FnOnce() -> T) -> T {
    let before = getrlimit(Resource::Nofile);
    let none = Rlimit {
        current: Some(0),
        ..before.clone()
    };
    setrlimit(Resource::Nofile, none).expect("a limit can be lowered");
    let result = code();
    setrlimit(Resource::Nofile, before).expect("and raised again");
    result
}

/// `accept` needs a descriptor, and a process has only so many. That is no fault of those who are connected already: here
/// one turn finds that it can't accept, that a message has come, and that a deadline is over. Nobody tells it again of the
/// message. The error is returned when everything else is done.
#[test]
fn a_listener_that_fails_stops_nobody_else() {
    const SECOND: Duration = Duration::from_secs(1);

    let (mut server, address) = server(LONG);
    let mut silent = Peer::connect(&address);
    let mut witness = Peer::connect(&address);
    settle(&mut server);
    os::advance(LONG - SECOND);
    witness.send_all(b"a sign of life, ");
    settle(&mut server);

    os::advance(SECOND);
    let late = Peer::connect(&address);
    witness.send_all(b"and a message");
    let turned = without_new_descriptors(|| server.turn(Some(Duration::ZERO)));
    assert!(
        turned.is_err(),
        "somebody waits at the listener, and there is no descriptor to accept with: `turn` should say so"
    );
    assert_eq!(witness.receive(), State::Open);
    assert_eq!(
        String::from_utf8_lossy(&witness.received),
        "a sign of life, and a message",
        "what one connection sent, in the turn that could not accept another"
    );
    assert_eq!(
        silent.receive(),
        State::Ended,
        "a connection whose deadline is over should be closed, in the turn that could not accept another"
    );

    // With descriptors to be had again, the next caller brings in the one who still waits.
    let next = Peer::connect(&address);
    settle(&mut server);
    assert_eq!(
        server.connections(),
        3,
        "the witness, the one who had to wait, and the next caller are connected"
    );
    drop((late, next));
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
