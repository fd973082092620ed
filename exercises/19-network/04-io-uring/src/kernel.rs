//! The calls of io_uring that the engine lives on, counted, and with a way to have them fail.
//!
//! This file is given. Everything that goes to the ring goes through it.

use std::{
    io,
    os::fd::{AsFd, AsRawFd as _},
    sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Ordering::SeqCst},
};

use io_uring::{IoUring, opcode, squeue, types::Fd};

/// The most buffers that can be registered.
pub const MOST_BUFFERS: usize = 64;

/// How often [`enter`] may be tried where it always fails. To try for ever would be a hang.
const PATIENCE: u32 = 1_000;

static REFUSED_SETUP: AtomicI32 = AtomicI32::new(0);
static REFUSED_REGISTRATION: AtomicI32 = AtomicI32::new(0);
static FAILING_ENTER: AtomicU32 = AtomicU32::new(0);
static ENTER_ERROR: AtomicI32 = AtomicI32::new(0);
static REFUSED_ENTERS: AtomicU32 = AtomicU32::new(0);
static LIMIT: AtomicU32 = AtomicU32::new(u32::MAX);
static ENTERS: AtomicU32 = AtomicU32::new(0);
static REGISTRATIONS: AtomicU32 = AtomicU32::new(0);
static REGISTERED: AtomicBool = AtomicBool::new(false);
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);
static MOST_IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);
static BUFFERS: [(AtomicUsize, AtomicUsize); MOST_BUFFERS] =
    [const { (AtomicUsize::new(0), AtomicUsize::new(0)) }; MOST_BUFFERS];

/// A ring. The registration of buffers ends with it at the latest.
pub struct Ring(IoUring);

impl Drop for Ring {
    fn drop(&mut self) {
        REGISTERED.store(false, SeqCst);
    }
}

/// Asks the kernel for a ring with room for `entries` operations at a time.
///
/// # Errors
///
/// What the kernel says: ENOSYS where it is too old, EPERM where an administrator or a sandbox forbids it, ENOMEM where it
/// has no memory for it.
pub fn setup(entries: u32) -> io::Result<Ring> {
    refused(&REFUSED_SETUP)?;
    IoUring::new(entries).map(Ring)
}

/// Registers buffers: the kernel pins their pages, once, and later operations name them by index.
///
/// # Errors
///
/// What the kernel says: ENOMEM where more would be pinned than this user may, EBUSY where buffers are registered already.
///
/// # Panics
///
/// If there are more than [`MOST_BUFFERS`].
///
/// # Safety
///
/// The buffers must stay where they are until the ring is gone or [`unregister`] has returned, and until nothing is in flight.
pub unsafe fn register(ring: &Ring, buffers: &[libc::iovec]) -> io::Result<()> {
    assert!(buffers.len() <= MOST_BUFFERS, "too many buffers");
    refused(&REFUSED_REGISTRATION)?;
    // SAFETY: promised by the caller.
    unsafe { ring.0.submitter().register_buffers(buffers) }?;
    REGISTRATIONS.fetch_add(1, SeqCst);
    REGISTERED.store(true, SeqCst);
    for (slot, buffer) in BUFFERS.iter().zip(buffers) {
        slot.0.store(buffer.iov_base as usize, SeqCst);
        slot.1.store(buffer.iov_len, SeqCst);
    }
    Ok(())
}

/// Ends the registration of buffers. Whoever drops the ring needn't call this.
///
/// # Errors
///
/// What the kernel says: ENXIO where none are registered.
pub fn unregister(ring: &Ring) -> io::Result<()> {
    ring.0.submitter().unregister_buffers()?;
    REGISTERED.store(false, SeqCst);
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
/// From now on, and until [`reap`] has returned its id, the operation's memory belongs to the kernel: it must not be freed.
/// What a read fills must be neither read nor written; what a write sends must not be written. The file must stay open.
pub unsafe fn push(ring: &mut Ring, operation: &squeue::Entry) -> io::Result<()> {
    // SAFETY: promised by the caller.
    unsafe { ring.0.submission().push(operation) }
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
///
/// # Panics
///
/// In a test that has [`refuse_enters`], if it is tried again and again.
pub fn enter(ring: &Ring, want: usize) -> io::Result<()> {
    ENTERS.fetch_add(1, SeqCst);
    if REFUSED_ENTERS.load(SeqCst) > 0 {
        let calls = REFUSED_ENTERS.fetch_add(1, SeqCst);
        assert!(
            calls < PATIENCE,
            "`enter` has failed {PATIENCE} times in a row, and was called again"
        );
        return Err(io::Error::from_raw_os_error(ENTER_ERROR.load(SeqCst)));
    }
    if FAILING_ENTER.load(SeqCst) > 0 && FAILING_ENTER.fetch_sub(1, SeqCst) == 1 {
        return Err(io::Error::from_raw_os_error(ENTER_ERROR.load(SeqCst)));
    }
    ring.0.submit_and_wait(want).map(drop)
}

/// Takes one completion, if there is one: the operation's id, and how many bytes were moved.
pub fn reap(ring: &mut Ring) -> Option<(u64, io::Result<u32>)> {
    let completion = ring.0.completion().next()?;
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

/// Whether buffers are registered now.
pub fn is_registered() -> bool {
    REGISTERED.load(SeqCst)
}

/// Whether any byte of these is in one of the buffers that were last registered.
pub fn was_registered(start: usize, length: usize) -> bool {
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

/// For tests: from now on every call of [`enter`] fails with this error number.
pub fn refuse_enters(error: i32) {
    ENTER_ERROR.store(error, SeqCst);
    REFUSED_ENTERS.store(1, SeqCst);
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
