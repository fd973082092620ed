//! Deadlines. The clock is paused: instead of sleeping, `os::wait` jumps to the end of its timeout, so that every
//! wake-up is counted and every time is exact.

mod peer;

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use peer::{LONG, Peer, State, bytes, server, settle, turn};
use systems_event_loop::{Server, os};

const IDLE: Duration = Duration::from_secs(30);

/// Turns without a limit until nobody is connected, and says how many turns that took.
#[track_caller]
fn until_all_are_gone(server: &mut Server) -> u64 {
    let before = os::calls().waits;
    while server.connections() > 0 {
        turn(server, None);
        assert!(
            os::calls().waits - before < 1_000,
            "1000 turns, and there are still {} connections: is the deadline among the things that are waited for?",
            server.connections(),
        );
    }
    os::calls().waits - before
}

/// A peer that has gone without saying so (a cable, a crash) sends nothing, not even an end. Only time tells. And time
/// must wake the loop by itself: a deadline that is looked at when the next event comes may wait for ever.
#[test]
fn closes_a_connection_that_has_been_idle() {
    let (mut server, address) = server(IDLE);
    let mut peer = Peer::connect(&address);
    settle(&mut server);
    let accepted = os::now();
    until_all_are_gone(&mut server);
    assert_eq!(
        os::now() - accepted,
        IDLE,
        "a connection should be closed when it has been idle for {IDLE:?}, no earlier and no later",
    );
    assert_eq!(
        peer.receive(),
        State::Ended,
        "the peer should see the end of the stream"
    );
}

/// Idle means that nothing *moves*. A deadline that counts from the beginning cuts off those who work the longest.
#[test]
fn every_byte_postpones_the_end() {
    let (mut server, address) = server(IDLE);
    let mut peer = Peer::connect(&address);
    settle(&mut server);
    for _ in 0..5 {
        turn(&mut server, Some(IDLE - Duration::from_millis(1)));
        peer.send_all(b"x");
        settle(&mut server);
        assert_eq!(
            server.connections(),
            1,
            "a byte came a millisecond before the deadline, and the connection was closed all the same"
        );
    }
    let last = os::now();
    until_all_are_gone(&mut server);
    assert_eq!(os::now() - last, IDLE, "from the last byte to the end");
    assert_eq!((peer.receive(), peer.received.len()), (State::Ended, 5));
}

/// A peer that takes its time to read is slow, but it isn't idle: bytes go out, and that counts as much.
#[test]
fn a_slow_reader_is_not_idle() {
    let (mut server, _) = server(IDLE);
    let mut peer = Peer::with_little_room(&mut server);
    let sent = peer.send_until_stuck(&mut server);
    while peer.received.len() < sent {
        turn(&mut server, Some(IDLE - Duration::from_millis(1)));
        let before = peer.received.len();
        // Enough for the kernel to tell that there is room again.
        let state = peer.receive_up_to(16 * 1024);
        assert_eq!(
            state,
            State::Open,
            "the connection was closed with {} of {sent} bytes delivered, although the peer goes on reading",
            peer.received.len(),
        );
        assert!(
            peer.received.len() > before,
            "the echo has come to a standstill"
        );
        settle(&mut server);
    }
}

/// A loop that looks every few milliseconds whether something is due finds everything in time, and never sleeps.
/// The next deadline is known: there is no need to wake before it. And a deadline that a byte has put off is none.
#[test]
fn wakes_only_for_a_deadline() {
    const APART: Duration = Duration::from_secs(5);

    let (mut server, address) = server(IDLE);
    let mut peers = Vec::new();
    for _ in 0..4 {
        peers.push(Peer::connect(&address));
        settle(&mut server);
        turn(&mut server, Some(APART));
    }
    for peer in &mut peers {
        peer.send_all(b"x");
        settle(&mut server);
        turn(&mut server, Some(APART));
    }
    assert_eq!(
        server.connections(),
        4,
        "nobody has been idle for {IDLE:?} yet"
    );
    let turns = until_all_are_gone(&mut server);
    assert_eq!(
        turns, 4,
        "4 connections have 4 deadlines, each put off by a byte, and the server woke {turns} times for them"
    );

    // With nobody connected there is no deadline at all, and so only the caller's limit counts.
    let before = os::now();
    turn(&mut server, Some(LONG));
    assert_eq!(
        os::now() - before,
        LONG,
        "without connections a turn should last as long as it may"
    );
}

/// The limit of the caller is one more deadline, and zero is a time like any other: look, and do not sleep.
#[test]
fn waits_no_longer_than_it_may() {
    let (mut server, address) = server(IDLE);
    let _peer = Peer::connect(&address);
    settle(&mut server);
    for limit in [0, 1, 7_000] {
        let limit = Duration::from_millis(limit);
        let before = os::now();
        turn(&mut server, Some(limit));
        assert_eq!(
            os::now() - before,
            limit,
            "a turn with nothing to do and a limit of {limit:?}"
        );
    }
}

/// The same over TCP, with threads and a clock that runs. How long things take is left open here.
#[test]
fn serves_a_real_network() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut server = Server::new(listener, LONG).expect("a server for a TCP listener");
    let peers: Vec<_> = (0..4)
        .map(|number| {
            thread::spawn(move || {
                let sent = bytes(300_000 + number);
                let mut socket = TcpStream::connect(address).expect("the server listens");
                let mut reader = socket.try_clone().expect("a second handle");
                let received = thread::spawn(move || {
                    let mut received = Vec::new();
                    reader.read_to_end(&mut received).map(|_| received)
                });
                socket.write_all(&sent).expect("the server reads");
                socket
                    .shutdown(Shutdown::Write)
                    .expect("the socket is open");
                let received = received.join().expect("the reader ends");
                assert!(
                    received.is_ok_and(|received| received == sent),
                    "peer {number} did not get back what it sent"
                );
            })
        })
        .collect();
    while !peers.iter().all(thread::JoinHandle::is_finished) {
        turn(&mut server, Some(Duration::from_millis(20)));
    }
    for peer in peers {
        peer.join().expect("each peer gets its echo");
    }
}
