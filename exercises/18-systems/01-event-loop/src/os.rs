//! The system calls that the loop lives on: rustix's, counted, and with a clock that can be paused.
//!
//! This file is given. The server waits, accepts, reads and writes through it, and asks it for the time.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustix::{
    buffer::spare_capacity,
    event::{Timespec, epoll},
    io::{Errno, retry_on_intr},
    net::{SendFlags, SocketFlags},
};

/// How often each call was made by this process, and what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Calls of [`wait`].
    pub waits: u64,
    /// Events that [`wait`] has reported.
    pub events: u64,
    /// Calls of [`accept`].
    pub accepts: u64,
    /// Calls of [`read`].
    pub reads: u64,
    /// Calls of [`write`].
    pub writes: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// The most bytes that were read and not yet written, at any time.
    pub most_held: u64,
}

static CALLS: Mutex<Calls> = Mutex::new(Calls {
    waits: 0,
    events: 0,
    accepts: 0,
    reads: 0,
    writes: 0,
    bytes_read: 0,
    bytes_written: 0,
    most_held: 0,
});
static START: LazyLock<Instant> = LazyLock::new(Instant::now);
static PAUSED: Mutex<Option<Duration>> = Mutex::new(None);

/// The calls so far.
pub fn calls() -> Calls {
    *lock(&CALLS)
}

/// The time, from some start on. It never goes back.
pub fn now() -> Duration {
    lock(&PAUSED).unwrap_or_else(|| START.elapsed())
}

/// Stops the clock. From now on it moves only in [`wait`]: instead of sleeping, that jumps to the end of its timeout.
pub fn pause() {
    let now = now();
    *lock(&PAUSED) = Some(now);
}

/// Moves a paused clock on.
pub fn advance(by: Duration) {
    if let Some(now) = lock(&PAUSED).as_mut() {
        *now += by;
    }
}

/// `epoll_wait`: fills `events` with what has happened, at most 64 at a time. Sleeps until there is something, or until
/// `timeout` is over and `events` stays empty. `None` has no end.
///
/// # Errors
///
/// What the kernel says of `epoll`.
///
/// # Panics
///
/// If the clock is paused, there is no event and no timeout: this would sleep for ever.
pub fn wait(
    epoll: impl AsFd,
    events: &mut Vec<epoll::Event>,
    timeout: Option<Duration>,
) -> io::Result<()> {
    events.clear();
    events.reserve(64);
    let paused = lock(&PAUSED).is_some();
    let kernels = if paused {
        Some(Duration::ZERO)
    } else {
        timeout
    };
    let kernels: Option<Timespec> = kernels.and_then(|timeout| timeout.try_into().ok());
    lock(&CALLS).waits += 1;
    retry_on_intr(|| epoll::wait(&epoll, spare_capacity(events), kernels.as_ref()))?;
    lock(&CALLS).events += events.len() as u64;
    if paused && events.is_empty() {
        let timeout =
            timeout.expect("there is no event, and no timeout: this wait would never end");
        advance(timeout);
    }
    Ok(())
}

/// `accept4`: takes one waiting connection. `flags` are those of the new socket.
///
/// # Errors
///
/// [`WouldBlock`](io::ErrorKind::WouldBlock) if the listener does not block and nobody waits; else what the kernel says.
pub fn accept(listener: impl AsFd, flags: SocketFlags) -> io::Result<OwnedFd> {
    lock(&CALLS).accepts += 1;
    Ok(retry_on_intr(|| {
        rustix::net::accept_with(&listener, flags)
    })?)
}

/// `read`: takes at most `buffer.len()` bytes. 0 is the end of the stream.
///
/// # Errors
///
/// [`WouldBlock`](io::ErrorKind::WouldBlock) if the socket does not block and there is nothing to read now; else what the
/// kernel says.
pub fn read(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<usize> {
    let read = retry_on_intr(|| rustix::io::read(&socket, &mut *buffer));
    let mut calls = lock(&CALLS);
    calls.reads += 1;
    let read = read?;
    calls.bytes_read += read as u64;
    calls.most_held = calls.most_held.max(calls.bytes_read - calls.bytes_written);
    Ok(read)
}

/// `send`: hands over as many bytes as the kernel has room for, which may be fewer than all.
///
/// # Errors
///
/// [`WouldBlock`](io::ErrorKind::WouldBlock) if the socket does not block and there is no room now; else what the kernel
/// says.
pub fn write(socket: impl AsFd, bytes: &[u8]) -> io::Result<usize> {
    let written: Result<usize, Errno> =
        retry_on_intr(|| rustix::net::send(&socket, bytes, SendFlags::NOSIGNAL));
    let mut calls = lock(&CALLS);
    calls.writes += 1;
    let written = written?;
    calls.bytes_written += written as u64;
    Ok(written)
}

/// Nothing here panics with the lock held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
