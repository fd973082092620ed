//! Whose memory it is. Between `push` and `reap` a buffer belongs to the kernel, whatever becomes of you meanwhile.

#![allow(clippy::drop_non_drop, reason = "the stub has nothing to drop")]

mod scene;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    io::Write as _,
    os::unix::net::UnixStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use network_io_uring::{CHUNK, DEPTH, kernel};
use scene::{EIO, ENOSPC, assert_copies, assert_echoes, bytes, file, full, with_a_ring};

/// Looks at every block that is freed: the kernel might still write into it.
struct Watch;

/// How many operations were in flight when a registered buffer was freed.
static LENT_WHEN_FREED: AtomicUsize = AtomicUsize::new(0);

/// Whether a buffer was freed that was registered still.
static FREED_WHEN_REGISTERED: AtomicBool = AtomicBool::new(false);

// SAFETY: every call is passed on as it is.
unsafe impl GlobalAlloc for Watch {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if kernel::was_registered(pointer as usize, layout.size()) {
            LENT_WHEN_FREED.fetch_max(kernel::in_flight(), SeqCst);
            FREED_WHEN_REGISTERED.fetch_or(kernel::is_registered(), SeqCst);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static WATCH: Watch = Watch;

#[track_caller]
fn assert_nothing_was_freed_too_early(when: &str) {
    let lent = LENT_WHEN_FREED.load(SeqCst);
    assert_eq!(
        lent, 0,
        "{when}, a buffer was freed while {lent} operations were in flight: the kernel may write into it, and it may be \
         somebody else's memory by then",
    );
}

/// A registration is a loan, too, and a longer one than any operation: whoever called `register` has promised that the buffers
/// stay until the ring is gone. A struct's fields are dropped in the order of their declaration, and its own `drop` runs before
/// all of them.
#[test]
fn the_registration_ends_before_the_buffers() {
    let mut engine = with_a_ring();
    assert_copies(&mut engine, 3 * CHUNK);
    drop(engine);
    assert!(
        !FREED_WHEN_REGISTERED.load(SeqCst),
        "a buffer was freed that was registered still: the ring should be dropped first, or the buffers be unregistered",
    );
}

/// One write fails, and the other operations know nothing of it: they are in flight, and will be done. An early return, by
/// `?` perhaps, leaves them to it, and the buffers to whoever gets the memory next.
#[test]
fn an_error_does_not_free_what_is_lent() {
    let mut engine = with_a_ring();
    let result = engine.copy(file(&bytes(3 * DEPTH * CHUNK)), full());
    assert_eq!(
        result.err().and_then(|error| error.raw_os_error()),
        Some(ENOSPC),
        "a copy to a full device should fail with the device's error",
    );
    assert_nothing_was_freed_too_early("after a write had failed");
    assert_eq!(
        kernel::in_flight(),
        0,
        "operations still in flight after `copy` has returned its error"
    );
    drop(engine);
    assert_nothing_was_freed_too_early("when the engine was dropped");
}

/// A completion that nobody has reaped is still there when the next copy looks for its own. It bears an id that means
/// something else by then.
#[test]
fn what_failed_does_not_disturb_what_follows() {
    let mut engine = with_a_ring();
    for round in 1..=4 {
        let result = engine.copy(file(&bytes(round * DEPTH * CHUNK)), full());
        assert!(result.is_err(), "a copy to a full device cannot succeed");
        assert_copies(&mut engine, round * CHUNK + 5);
        let (ours, theirs) = UnixStream::pair().expect("two connected sockets");
        (&ours)
            .write_all(b"nobody will read the answer")
            .expect("there is room");
        drop(ours);
        assert!(
            engine.echo(&theirs).is_err(),
            "an echo to a peer that is gone cannot succeed"
        );
        assert_echoes(&mut engine, round * 1_000);
    }
}

/// Waiting itself can fail, with everything in flight. Then there is nothing to return but the error, and still the
/// buffers are lent.
#[test]
fn dropping_waits_for_what_is_lent() {
    for nth in 1..=3 {
        let mut engine = with_a_ring();
        kernel::fail_enter(nth, EIO);
        let result = engine.copy(file(&bytes(4 * DEPTH * CHUNK)), file(&[]));
        assert_eq!(
            result.err().and_then(|error| error.raw_os_error()),
            Some(EIO),
            "wait number {nth} failed, and nobody said so",
        );
        drop(engine);
        assert_nothing_was_freed_too_early("when the engine was dropped after a failed wait");
        assert_eq!(
            kernel::in_flight(),
            0,
            "operations that nobody has waited for"
        );
    }
}

/// The same without a drop: the engine has failed once, and is asked again.
#[test]
fn goes_on_after_a_failed_wait() {
    let mut engine = with_a_ring();
    for nth in 1..=3 {
        kernel::fail_enter(nth, EIO);
        let result = engine.copy(file(&bytes(4 * DEPTH * CHUNK)), file(&[]));
        assert!(
            result.is_err(),
            "wait number {nth} failed, and nobody said so"
        );
        assert_copies(&mut engine, 2 * DEPTH * CHUNK + nth as usize);
    }
}

/// Waiting may fail every time. Then nobody can tell when the kernel will be done, and to ask for ever is a hang. The memory is
/// given up for good: a leak is safe.
#[test]
fn what_cannot_be_waited_for_is_never_freed() {
    let mut engine = with_a_ring();
    kernel::refuse_enters(EIO);
    let result = engine.copy(file(&bytes(4 * DEPTH * CHUNK)), file(&[]));
    assert_eq!(
        result.err().and_then(|error| error.raw_os_error()),
        Some(EIO),
        "every wait failed, and nobody said so",
    );
    drop(engine);
    assert_nothing_was_freed_too_early("when the engine was dropped after every wait had failed");
}
