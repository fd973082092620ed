//! The other end of a connection, in the same thread: it acts between two turns of the server, so that every test runs
//! the same way each time.

#![allow(dead_code, reason = "each test target uses a part of this")]

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::Shutdown,
    os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixListener, UnixStream},
    },
    time::Duration,
};

use rustix::net::sockopt::set_socket_send_buffer_size;
use systems_event_loop::{Server, os};

/// An idle time that no test reaches by accident.
pub(crate) const LONG: Duration = Duration::from_secs(3600);

/// A server under a paused clock, and where to connect to it.
pub(crate) fn server(idle: Duration) -> (Server, SocketAddr) {
    os::pause();
    let name = format!("systems-event-loop {}", std::process::id());
    let address = SocketAddr::from_abstract_name(name).expect("a name of this process's own");
    let listener = UnixListener::bind_addr(&address).expect("nobody else has this name");
    let server =
        Server::new(listener, idle).expect("a listening socket is all that a server needs");
    (server, address)
}

/// Turns until the server sleeps: until a turn finds no event.
#[track_caller]
pub(crate) fn settle(server: &mut Server) {
    const ENOUGH: usize = 10_000;

    for _ in 0..ENOUGH {
        let before = os::calls();
        turn(server, Some(Duration::ZERO));
        let after = os::calls();
        assert_eq!(
            after.waits,
            before.waits + 1,
            "a turn should call `os::wait` exactly once"
        );
        if after.events == before.events {
            return;
        }
    }
    panic!(
        "the server never comes to rest: {ENOUGH} turns one after the other found events, although no peer did anything. \
         Does it ask to be told of something that is true all the time?"
    );
}

#[track_caller]
pub(crate) fn turn(server: &mut Server, limit: Option<Duration>) {
    if let Err(error) = server.turn(limit) {
        panic!("a turn should not fail for anything that a peer does, but it said: {error}");
    }
}

/// Bytes that tell their place, so that what is lost, doubled or out of order shows.
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    bytes_from(0, count)
}

/// The `count` bytes from place `start` on.
fn bytes_from(start: usize, count: usize) -> Vec<u8> {
    (start..start + count)
        .map(|at| (at * 31 + at / 251) as u8)
        .collect()
}

/// How a stream looks from outside after all that has come was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Ended,
    Reset,
}

#[derive(Debug)]
pub(crate) struct Peer {
    socket: UnixStream,
    pub(crate) received: Vec<u8>,
}

impl Peer {
    /// Connects; whether the server accepts is its business.
    pub(crate) fn connect(address: &SocketAddr) -> Self {
        Self::of(UnixStream::connect_addr(address).expect("the server listens"))
    }

    /// A connection that the server adopts, with a send buffer that is as small as the kernel allows.
    pub(crate) fn with_little_room(server: &mut Server) -> Self {
        let (ours, theirs) = UnixStream::pair().expect("two connected sockets");
        for end in [&ours, &theirs] {
            set_socket_send_buffer_size(end, 4096).expect("a send buffer of 4 KiB");
        }
        server
            .adopt(theirs)
            .expect("a connected socket can be adopted");
        Self::of(ours)
    }

    fn of(socket: UnixStream) -> Self {
        socket
            .set_nonblocking(true)
            .expect("a socket that does not block");
        let received = Vec::new();
        Self { socket, received }
    }

    /// Sends as much as there is room for now; says how much that was.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.socket.write(&bytes[sent..]) {
                Ok(some) => sent += some,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("the peer cannot send: {error}"),
            }
        }
        sent
    }

    /// Sends until the server takes no more; says how much that was. The peer reads nothing meanwhile.
    #[track_caller]
    pub(crate) fn send_until_stuck(&mut self, server: &mut Server) -> usize {
        const FAR_TOO_MUCH: usize = 4 << 20;

        let mut sent = 0;
        loop {
            let now = self.send(&bytes_from(sent, 4096));
            settle(server);
            if now == 0 {
                return sent;
            }
            sent += now;
            assert!(
                sent < FAR_TOO_MUCH,
                "the peer could send {sent} bytes without reading any, and nothing stopped it"
            );
        }
    }

    /// Sends all of it; there is room.
    #[track_caller]
    pub(crate) fn send_all(&mut self, bytes: &[u8]) {
        assert_eq!(self.send(bytes), bytes.len(), "the test has sent too much");
    }

    /// Ends the sending; receiving goes on.
    pub(crate) fn end(&mut self) {
        self.socket
            .shutdown(Shutdown::Write)
            .expect("the socket is open");
    }

    /// Receives what has come, at most `most` bytes of it.
    pub(crate) fn receive_up_to(&mut self, most: usize) -> State {
        let mut buffer = vec![0; 4096.min(most)];
        let mut left = most;
        while left > 0 {
            let room = left.min(buffer.len());
            match self.socket.read(&mut buffer[..room]) {
                Ok(0) => return State::Ended,
                Ok(some) => {
                    self.received.extend_from_slice(&buffer[..some]);
                    left -= some;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return State::Open,
                Err(error) => return state_of(&error),
            }
        }
        State::Open
    }

    /// Receives all that has come.
    pub(crate) fn receive(&mut self) -> State {
        self.receive_up_to(usize::MAX)
    }
}

fn state_of(error: &io::Error) -> State {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => State::Reset,
        _ => panic!("the peer cannot receive: {error}"),
    }
}

/// Compares what came back with what was sent, without printing both.
#[track_caller]
pub(crate) fn assert_echoed(received: &[u8], sent: &[u8], when: &str) {
    let same = received
        .iter()
        .zip(sent)
        .take_while(|(a, b)| a == b)
        .count();
    assert!(
        received == sent,
        "{when}, the peer should have got its {} bytes back, but got {}; the first {same} of them are right",
        sent.len(),
        received.len(),
    );
}
