//! The calls of io_uring that the engine lives on, counted, and with a way to have them fail.
//!
//! This file is given. Everything that goes to the ring goes through it.

use std::{
    io,
    os::fd::{AsFd, AsRawFd as _},
    sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering::SeqCst},
};

use io_uring::{IoUring, opcode, squeue, types::Fd};

/// The most buffers that can be registered.
pub const MOST_BUFFERS: usize = 64;

static REFUSED_SETUP: AtomicI32 = AtomicI32::new(0);
static REFUSED_REGISTRATION: AtomicI32 = AtomicI32::new(0);
static FAILING_ENTER: AtomicU32 = AtomicU32::new(0);
static ENTER_ERROR: AtomicI32 = AtomicI32::new(0);
static LIMIT: AtomicU32 = AtomicU32::new(u32::MAX);
static ENTERS: AtomicU32 = AtomicU32::new(0);
static REGISTRATIONS: AtomicU32 = AtomicU32::new(0);
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);
static MOST_IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);
static BUFFERS: [(AtomicUsize, AtomicUsize); MOST_BUFFERS] =
    [const { (AtomicUsize::new(0), AtomicUsize::new(0)) }; MOST_BUFFERS];

/// Asks the kernel for a ring with room for `entries` operations at a time.
///
/// # Errors
///
/// What the kernel says: ENOSYS where it is too old, EPERM where an administrator or a sandbox forbids it, ENOMEM where it
/// has no memory for it.
pub fn setup(entries: u32) -> io::Result<IoUring> {
    refused(&REFUSED_SETUP)?;
    IoUring::new(entries)
}

/// Registers buffers: the kernel pins their pages, once, and later operations name them by index.
///
/// # Errors
///
/// What the kernel says: ENOMEM where more would be pinned than this process may, EBUSY where buffers are registered already.
///
/// # Panics
///
/// If there are more than [`MOST_BUFFERS`].
///
/// # Safety
///
/// The buffers must stay where they are until the ring is gone and nothing is in flight.
pub unsafe fn register(ring: &IoUring, buffers: &[libc::iovec]) -> io::Result<()> {
    assert!(buffers.len() <= MOST_BUFFERS, "too many buffers");
    refused(&REFUSED_REGISTRATION)?;
    // SAFETY: promised by the caller.
    unsafe { ring.submitter().register_buffers(buffers) }?;
    REGISTRATIONS.fetch_add(1, SeqCst);
    for (slot, buffer) in BUFFERS.iter().zip(buffers) {
        slot.0.store(buffer.iov_base as usize, SeqCst);
        slot.1.store(buffer.iov_len, SeqCst);
    }
    Ok(())
}

/// The operation that reads into registered buffer number `index`, from `offset` of a file on. For a socket the offset is 0.
///
/// `pointer` and `length` say which part of that buffer it is. `id` comes back with the result. That may be fewer bytes than
/// `length`; 0 is the end.
pub fn read(
    file: impl AsFd,
    index: u16,
    (pointer, length): (*mut u8, u32),
    offset: u64,
    id: u64,
) -> squeue::Entry {
    let length = length.min(LIMIT.load(SeqCst));
    opcode::ReadFixed::new(Fd(file.as_fd().as_raw_fd()), pointer, length, index)
        .offset(offset)
        .build()
        .user_data(id)
}

/// The operation that writes from registered buffer number `index`, to `offset` of a file on. For a socket the offset is 0.
///
/// `pointer` and `length` say which part of that buffer it is. `id` comes back with the result. That may be fewer bytes than
/// `length`.
pub fn write(
    file: impl AsFd,
    index: u16,
    (pointer, length): (*const u8, u32),
    offset: u64,
    id: u64,
) -> squeue::Entry {
    let length = length.min(LIMIT.load(SeqCst));
    opcode::WriteFixed::new(Fd(file.as_fd().as_raw_fd()), pointer, length, index)
        .offset(offset)
        .build()
        .user_data(id)
}

/// Puts an operation into the submission queue. The kernel sees it with the next [`enter`].
///
/// # Errors
///
/// If the queue is full.
///
/// # Safety
///
/// From now on, and until [`reap`] has returned its id, the operation's memory belongs to the kernel: it must not be freed,
/// and not be read or written (by a read) or written (by a write). Its file must stay open.
pub unsafe fn push(ring: &mut IoUring, operation: &squeue::Entry) -> io::Result<()> {
    // SAFETY: promised by the caller.
    unsafe { ring.submission().push(operation) }
        .map_err(|_| io::Error::other("the submission queue is full"))?;
    let now = IN_FLIGHT.fetch_add(1, SeqCst) + 1;
    MOST_IN_FLIGHT.fetch_max(now, SeqCst);
    Ok(())
}

/// Submits what was pushed, and sleeps until at least `want` operations are complete. One system call.
///
/// # Errors
///
/// What the kernel says. [`Interrupted`](io::ErrorKind::Interrupted) if a signal came: then nothing is wrong. Whatever
/// it says, operations that were pushed may be in flight.
pub fn enter(ring: &IoUring, want: usize) -> io::Result<()> {
    ENTERS.fetch_add(1, SeqCst);
    if FAILING_ENTER.load(SeqCst) > 0 && FAILING_ENTER.fetch_sub(1, SeqCst) == 1 {
        return Err(io::Error::from_raw_os_error(ENTER_ERROR.load(SeqCst)));
    }
    ring.submit_and_wait(want).map(drop)
}

/// Takes one completion, if there is one: the operation's id, and how many bytes were moved.
pub fn reap(ring: &mut IoUring) -> Option<(u64, io::Result<u32>)> {
    let completion = ring.completion().next()?;
    IN_FLIGHT.fetch_sub(1, SeqCst);
    let result = u32::try_from(completion.result())
        .map_err(|_| io::Error::from_raw_os_error(-completion.result()));
    Some((completion.user_data(), result))
}

/// How many operations were pushed and not yet reaped.
pub fn in_flight() -> usize {
    IN_FLIGHT.load(SeqCst)
}

/// The most that were ever in flight at the same time.
pub fn most_in_flight() -> usize {
    MOST_IN_FLIGHT.load(SeqCst)
}

/// How often [`enter`] was called.
pub fn enters() -> u32 {
    ENTERS.load(SeqCst)
}

/// How often buffers were registered.
pub fn registrations() -> u32 {
    REGISTRATIONS.load(SeqCst)
}

/// Whether any byte of these is in a registered buffer.
pub fn is_registered(start: usize, length: usize) -> bool {
    BUFFERS.iter().any(|(base, size)| {
        let (base, size) = (base.load(SeqCst), size.load(SeqCst));
        start < base + size && base < start + length
    })
}

/// For tests: from now on [`setup`] fails with this error number.
pub fn refuse_setup(error: i32) {
    REFUSED_SETUP.store(error, SeqCst);
}

/// For tests: from now on [`register`] fails with this error number.
pub fn refuse_registration(error: i32) {
    REFUSED_REGISTRATION.store(error, SeqCst);
}

/// For tests: the `nth` call of [`enter`] from now on fails with this error number.
pub fn fail_enter(nth: u32, error: i32) {
    ENTER_ERROR.store(error, SeqCst);
    FAILING_ENTER.store(nth, SeqCst);
}

/// For tests: from now on no operation moves more bytes than this.
pub fn limit(bytes: u32) {
    LIMIT.store(bytes, SeqCst);
}

fn refused(by: &AtomicI32) -> io::Result<()> {
    match by.load(SeqCst) {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}
