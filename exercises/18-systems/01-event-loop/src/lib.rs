//! An echo server in one thread: what a peer sends, it gets back.
//!
//! Your task is [`Server`]. [`os`] is given: wait, accept, read and write through it, and take the time from
//! [`os::now`]. Everything else of epoll is in [`rustix::event::epoll`].

use std::{io, os::fd::OwnedFd, time::Duration};

pub mod os;

/// At most so many bytes of a connection are held: read from it, and not yet written back.
pub const HELD: usize = 16 * 1024;

/// Echoes to any number of connections from one thread, which sleeps while there is nothing to do.
///
/// Dropping it closes the listener and every connection.
pub struct Server {
    // An epoll instance, a listener, and what must be remembered of each connection.
}

impl Server {
    /// Makes a server for a listening stream socket. A connection is closed when no byte has gone in or out of it for
    /// as long as `idle`.
    ///
    /// # Errors
    ///
    /// If the kernel has no epoll instance to give, or does not accept the listener.
    pub fn new(listener: impl Into<OwnedFd>, idle: Duration) -> io::Result<Self> {
        let _ = (listener.into(), idle);
        todo!("an epoll instance that watches the listener, which must not block")
    }

    /// Takes over a socket that is connected already, and serves it as if it had been accepted.
    ///
    /// # Errors
    ///
    /// If the kernel refuses to watch it, or to make it one that does not block.
    pub fn adopt(&mut self, socket: impl Into<OwnedFd>) -> io::Result<()> {
        let _ = socket.into();
        todo!("watch it, edge-triggered, for both directions")
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        todo!("how many connections are open")
    }

    /// Calls [`os::wait`] once, deals with all that has happened, and returns.
    ///
    /// It waits no longer than `limit` (`None`: as long as it takes), and no longer than until the next connection is
    /// due to be closed: the timeout of [`os::wait`] is the only clock that wakes it. It does not wake up for anything
    /// else, nor for a deadline that has been put off since.
    ///
    /// - Everyone who waits at the listener is accepted.
    /// - Bytes are echoed as far as the peer takes them, in order. What it does not take now is kept, up to [`HELD`]
    ///   bytes a connection, and the peer is not read from while there is no room.
    /// - A peer that has ended its sending gets the rest of what it sent, and then its connection is closed.
    /// - A connection that fails is closed, and no other one notices.
    /// - A connection is closed as soon as it has been idle for long enough.
    ///
    /// # Errors
    ///
    /// If the epoll instance or the listener fails, as when the process has no descriptor left to accept with. All else
    /// that has happened is dealt with even then, and who could not be accepted is, with the next caller at the latest.
    /// What goes wrong with a single connection is no error.
    pub fn turn(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let _ = limit;
        todo!("wait, then accept, read, write and close until nothing is left to do")
    }
}
