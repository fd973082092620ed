//! Copies files and echoes sockets through io_uring with registered buffers; by plain calls where the kernel has none.
//!
//! Your task is [`Engine`]. [`kernel`] is given: whatever goes to the ring goes through it.

use std::{io, os::fd::AsFd};

pub mod kernel;

/// How many buffers there are, and so how many operations can be in flight.
pub const DEPTH: usize = 8;

/// How many bytes a buffer has.
pub const CHUNK: usize = 16 * 1024;

/// Moves bytes from one descriptor to another.
///
/// It has [`DEPTH`] buffers of [`CHUNK`] bytes, registered once. A buffer is never freed, and never touched, while an
/// operation on it is in flight: not after an error either, and not when the engine is dropped.
pub struct Engine {
    // A ring with its buffers, or the reason why there is none.
}

impl Engine {
    /// Makes an engine. Where the kernel refuses a ring, or refuses to register the buffers, it is one that makes plain
    /// calls, and [`refusal`](Self::refusal) says why.
    pub fn new() -> Self {
        todo!("a ring and registered buffers, or the kernel's reason")
    }

    /// Why this engine has no ring; `None` if it has one.
    pub fn refusal(&self) -> Option<&io::Error> {
        todo!("what the kernel said")
    }

    /// Copies all of one file to another, from offset 0 to offset 0, and returns the number of bytes.
    ///
    /// With a ring, up to [`DEPTH`] operations are in flight at the same time. When it returns, none is, unless every wait
    /// fails: then it gives up, and what is lent is lost.
    ///
    /// # Errors
    ///
    /// The first error of an operation, or of the waiting; a signal that interrupts it is none. An engine that has failed can be
    /// used again, unless it has given up.
    pub fn copy(&mut self, from: impl AsFd, to: impl AsFd) -> io::Result<u64> {
        let _ = (from.as_fd(), to.as_fd());
        todo!(
            "for each buffer: read a chunk until it is full or the file ends, then write all of it, then the next"
        )
    }

    /// Sends back what comes from a connected socket, in order, until the peer ends its sending, and returns the number of
    /// bytes. The socket is one that blocks.
    ///
    /// # Errors
    ///
    /// The first error of an operation, or of the waiting; a signal that interrupts it is none. An engine that has failed can be
    /// used again, unless it has given up.
    pub fn echo(&mut self, socket: impl AsFd) -> io::Result<u64> {
        let _ = socket.as_fd();
        todo!("read some, write all of it, until there is nothing to read")
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}
