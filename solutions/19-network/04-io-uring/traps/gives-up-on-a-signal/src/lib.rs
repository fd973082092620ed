//! Copies files and echoes sockets through io_uring with registered buffers; by plain calls where the kernel has none.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    ptr::NonNull,
};

use io_uring::squeue;
use rustix::io::{pread, pwrite, retry_on_intr};

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
    ring: Result<Ring, io::Error>,
}

impl Engine {
    /// Makes an engine. Where the kernel refuses a ring, or refuses to register the buffers, it is one that makes plain
    /// calls, and [`refusal`](Self::refusal) says why.
    pub fn new() -> Self {
        Self { ring: Ring::new() }
    }

    /// Why this engine has no ring; `None` if it has one.
    pub fn refusal(&self) -> Option<&io::Error> {
        self.ring.as_ref().err()
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
        let job = Job {
            from: from.as_fd(),
            to: to.as_fd(),
            seekable: true,
        };
        match &mut self.ring {
            Ok(ring) => ring.run(&job, DEPTH),
            Err(_) => plain_copy(&job),
        }
    }

    /// Sends back what comes from a connected socket, in order, until the peer ends its sending, and returns the number of
    /// bytes. The socket is one that blocks.
    ///
    /// # Errors
    ///
    /// The first error of an operation, or of the waiting; a signal that interrupts it is none. An engine that has failed can be
    /// used again, unless it has given up.
    pub fn echo(&mut self, socket: impl AsFd) -> io::Result<u64> {
        let job = Job {
            from: socket.as_fd(),
            to: socket.as_fd(),
            seekable: false,
        };
        match &mut self.ring {
            // A stream has one order: a second operation in flight could overtake the first.
            Ok(ring) => ring.run(&job, 1),
            Err(_) => plain_echo(&job),
        }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

/// What is to be moved.
struct Job<'a> {
    from: BorrowedFd<'a>,
    to: BorrowedFd<'a>,
    /// Whether bytes have a place. If so a chunk is filled before it is written; a stream is answered at once.
    seekable: bool,
}

/// A buffer's part of the job.
#[derive(Clone, Copy, Default)]
struct Chunk {
    /// Where it stands in the file.
    offset: u64,
    read: usize,
    written: usize,
    writing: bool,
}

/// The buffers, in one block. It is known by its address alone: a reference would claim it while the kernel has it.
struct Buffers {
    block: NonNull<[u8]>,
    /// How many operations are in flight on it.
    lent: usize,
}

// SAFETY: this owns the block, as a box does.
unsafe impl Send for Buffers {}

impl Buffers {
    fn new() -> Self {
        let block = vec![0; DEPTH * CHUNK].into_boxed_slice();
        Self {
            block: NonNull::from(Box::leak(block)),
            lent: 0,
        }
    }

    /// Where a buffer starts.
    fn start(&self, index: usize) -> *mut u8 {
        self.block.as_ptr().cast::<u8>().wrapping_add(index * CHUNK)
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // Memory that the kernel may write into is nobody's: better lost than given to somebody else.
        if self.lent == 0 {
            // SAFETY: the block came out of a box, and goes back into one once. Nothing is in flight, and `Ring` has dropped
            // the ring by now, and with it the registration.
            drop(unsafe { Box::from_raw(self.block.as_ptr()) });
        }
    }
}

/// A ring and the buffers that are registered with it.
struct Ring {
    // The order matters: the ring is dropped first, and the registration ends with it.
    ring: kernel::Ring,
    buffers: Buffers,
    /// Whether waiting has failed for good. What is in flight then stays so.
    broken: bool,
}

impl Ring {
    fn new() -> io::Result<Self> {
        let this = Self {
            ring: kernel::setup(DEPTH as u32)?,
            buffers: Buffers::new(),
            broken: false,
        };
        let parts: [_; DEPTH] = std::array::from_fn(|index| libc::iovec {
            iov_base: this.buffers.start(index).cast(),
            iov_len: CHUNK,
        });
        // SAFETY: the block stays where it is until it is dropped, which is after the ring, and only if nothing is in flight.
        unsafe { kernel::register(&this.ring, &parts) }?;
        Ok(this)
    }

    /// Does a job with up to `depth` buffers. After an error it begins nothing new, and waits for what is in flight.
    fn run(&mut self, job: &Job<'_>, depth: usize) -> io::Result<u64> {
        if self.broken {
            return Err(io::Error::other("the ring has failed before"));
        }
        let mut chunks = [Chunk::default(); DEPTH];
        let (mut next, mut moved) = (0, 0);
        let mut failure = None;
        for (index, chunk) in chunks.iter_mut().enumerate().take(depth) {
            chunk.offset = next;
            next += CHUNK as u64;
            if failure.is_none() {
                failure = self.submit(job, index, chunk).err();
            }
        }
        while self.buffers.lent > 0 && !self.broken {
            failure = failure.or(self.wait().err());
            while let Some((id, result)) = kernel::reap(&mut self.ring) {
                self.buffers.lent -= 1;
                let chunk = &mut chunks[id as usize];
                match result {
                    Ok(0) if chunk.writing => failure = failure.or(Some(stuck())),
                    Ok(count) => {
                        let more = chunk.step(count as usize, job, &mut next, &mut moved);
                        if more && failure.is_none() {
                            failure = self.submit(job, id as usize, chunk).err();
                        }
                    }
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
        }
        failure.map_or(Ok(moved), Err)
    }

    /// Lends a buffer to the kernel for the next part of its chunk.
    fn submit(&mut self, job: &Job<'_>, index: usize, chunk: &Chunk) -> io::Result<()> {
        let buffer = self.buffers.start(index);
        let place = |done: usize| {
            if job.seekable {
                chunk.offset + done as u64
            } else {
                0
            }
        };
        let part = |from: usize, to: usize| (buffer.wrapping_add(from), (to - from) as u32);
        let operation: squeue::Entry = if chunk.writing {
            let (pointer, length) = part(chunk.written, chunk.read);
            let part = (pointer.cast_const(), length);
            kernel::write(
                job.to,
                index as u16,
                part,
                place(chunk.written),
                index as u64,
            )
        } else {
            let part = part(chunk.read, CHUNK);
            kernel::read(
                job.from,
                index as u16,
                part,
                place(chunk.read),
                index as u64,
            )
        };
        // SAFETY: the part lies in registered buffer `index`, on which nothing else is in flight: a chunk has one operation
        // at a time. The block isn't freed while any of it is lent, and nobody but the kernel accesses it.
        // `run` borrows the files, and returns when nothing is in flight, or never submits again.
        unsafe { kernel::push(&mut self.ring, &operation) }?;
        self.buffers.lent += 1;
        Ok(())
    }

    /// Sleeps until an operation is complete. What is in flight must be waited for whatever happens, so one failure is
    /// reported and nothing more; after several in a row there is nobody left to wait for.
    fn wait(&mut self) -> io::Result<()> {
        const TRIES: usize = 3;

        let mut first = None;
        for _ in 0..TRIES {
            let error = match kernel::enter(&self.ring, 1) {
                Ok(()) => return first.map_or(Ok(()), Err),
                Err(error) => error,
            };
            first.get_or_insert(error);
        }
        self.broken = true;
        first.map_or(Ok(()), Err)
    }
}

impl Chunk {
    /// Takes note of `count` bytes that were moved. Whether there is more to do with this buffer.
    fn step(&mut self, count: usize, job: &Job<'_>, next: &mut u64, moved: &mut u64) -> bool {
        if self.writing {
            self.written += count;
            *moved += count as u64;
        } else {
            self.read += count;
            let full = self.read == CHUNK || !job.seekable;
            self.writing = full || count == 0;
        }
        if self.writing && self.written < self.read {
            return true;
        }
        if self.writing && (self.read == 0 || (job.seekable && self.read < CHUNK)) {
            // The source has ended within this chunk, or before it.
            return false;
        }
        if self.writing {
            *self = Self {
                offset: *next,
                ..Self::default()
            };
            *next += CHUNK as u64;
        }
        true
    }
}

/// A write of some bytes that wrote none: to try it again could go on for ever.
fn stuck() -> io::Error {
    io::ErrorKind::WriteZero.into()
}

fn plain_copy(job: &Job<'_>) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK];
    let mut offset = 0;
    loop {
        let count = retry_on_intr(|| pread(job.from, &mut buffer[..], offset))?;
        if count == 0 {
            return Ok(offset);
        }
        let mut rest = &buffer[..count];
        while !rest.is_empty() {
            let written = retry_on_intr(|| pwrite(job.to, rest, offset))?;
            if written == 0 {
                return Err(stuck());
            }
            offset += written as u64;
            rest = &rest[written..];
        }
    }
}

fn plain_echo(job: &Job<'_>) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK];
    let mut echoed = 0;
    loop {
        let count = retry_on_intr(|| rustix::io::read(job.from, &mut buffer[..]))?;
        if count == 0 {
            return Ok(echoed);
        }
        let mut rest = &buffer[..count];
        while !rest.is_empty() {
            let written = retry_on_intr(|| rustix::io::write(job.to, rest))?;
            if written == 0 {
                return Err(stuck());
            }
            echoed += written as u64;
            rest = &rest[written..];
        }
    }
}
