//! Copies files and echoes sockets through io_uring with registered buffers.

use std::{io, os::fd::AsFd};

pub mod kernel;

/// How many buffers there are.
pub const DEPTH: usize = 8;

/// How many bytes a buffer has.
pub const CHUNK: usize = 16 * 1024;

/// Moves bytes from one descriptor to another.
pub struct Engine {
    ring: kernel::Ring,
}

impl Engine {
    /// Makes an engine.
    pub fn new() -> Self {
        let ring = kernel::setup(DEPTH as u32).expect("this kernel has io_uring");
        Self { ring }
    }

    /// Why this engine has no ring.
    pub fn refusal(&self) -> Option<&io::Error> {
        None
    }

    // ANCHOR: copy
    /// Copies all of one file to another.
    pub fn copy(&mut self, from: impl AsFd, to: impl AsFd) -> io::Result<u64> {
        let (from, to) = (from.as_fd(), to.as_fd());
        let mut buffers = vec![vec![0; CHUNK]; DEPTH];
        self.register(&mut buffers)?;
        let mut offsets = [0; DEPTH];
        let (mut next, mut copied, mut in_flight) = (0, 0, 0);
        for (index, buffer) in buffers.iter_mut().enumerate() {
            offsets[index] = next;
            let part = (buffer.as_mut_ptr(), CHUNK as u32);
            let read = kernel::read(from, index as u16, part, next, index as u64);
            // SAFETY: the buffer lives until the end of this function.
            unsafe { kernel::push(&mut self.ring, &read) }?;
            next += CHUNK as u64;
            in_flight += 1;
        }
        while in_flight > 0 {
            kernel::enter(&self.ring, 1)?;
            while let Some((id, result)) = kernel::reap(&mut self.ring) {
                in_flight -= 1;
                let (count, index) = (result?, id as usize % DEPTH);
                let pointer = buffers[index].as_mut_ptr();
                let operation = if id < DEPTH as u64 {
                    // A read is done: write what it has brought.
                    let part = (pointer.cast_const(), count);
                    kernel::write(to, index as u16, part, offsets[index], id + DEPTH as u64)
                } else {
                    // A write is done: read what comes next.
                    copied += u64::from(count);
                    offsets[index] = next;
                    next += CHUNK as u64;
                    let part = (pointer, CHUNK as u32);
                    kernel::read(from, index as u16, part, offsets[index], index as u64)
                };
                if count > 0 {
                    // SAFETY: as above.
                    unsafe { kernel::push(&mut self.ring, &operation) }?;
                    in_flight += 1;
                }
            }
        }
        kernel::unregister(&self.ring)?;
        Ok(copied)
    }
    // ANCHOR_END: copy

    /// Sends back what comes from a connected socket.
    pub fn echo(&mut self, socket: impl AsFd) -> io::Result<u64> {
        let socket = socket.as_fd();
        let mut buffers = vec![vec![0; CHUNK]];
        self.register(&mut buffers)?;
        let pointer = buffers[0].as_mut_ptr();
        let mut echoed = 0;
        loop {
            let count = self.run(&kernel::read(socket, 0, (pointer, CHUNK as u32), 0, 0))?;
            if count == 0 {
                break;
            }
            self.run(&kernel::write(socket, 0, (pointer, count), 0, 0))?;
            echoed += u64::from(count);
        }
        kernel::unregister(&self.ring)?;
        Ok(echoed)
    }

    fn register(&self, buffers: &mut [Vec<u8>]) -> io::Result<()> {
        let parts: Vec<_> = buffers
            .iter_mut()
            .map(|buffer| libc::iovec {
                iov_base: buffer.as_mut_ptr().cast(),
                iov_len: buffer.len(),
            })
            .collect();
        // SAFETY: the caller keeps the buffers.
        unsafe { kernel::register(&self.ring, &parts) }
    }

    fn run(&mut self, operation: &io_uring::squeue::Entry) -> io::Result<u32> {
        // SAFETY: the caller keeps the buffers, and this waits.
        unsafe { kernel::push(&mut self.ring, operation) }?;
        kernel::enter(&self.ring, 1)?;
        let (_, result) = kernel::reap(&mut self.ring).ok_or(io::ErrorKind::NotFound)?;
        result
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}
