//! What the ring is for: many operations a system call, and every byte where it belongs.

mod scene;

use network_io_uring::{CHUNK, DEPTH, kernel};
use scene::{EINTR, assert_copies, assert_echoes, with_a_ring};

/// Nothing, one byte, a byte less and more than a buffer and than all of them, and much more.
#[test]
fn copies_files_of_any_size() {
    let mut engine = with_a_ring();
    let all = CHUNK * DEPTH;
    for length in [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        all - 1,
        all,
        all + 1,
        5 * all + 123,
    ] {
        assert_copies(&mut engine, length);
        assert_eq!(
            kernel::in_flight(),
            0,
            "operations still in flight after `copy` has returned"
        );
    }
}

/// A system call for each operation is what there was before. The ring is a queue: fill it, tell the kernel once, and
/// look at what has been done. And who has nothing to look at sleeps.
#[test]
fn keeps_the_queue_filled() {
    let mut engine = with_a_ring();
    assert_copies(&mut engine, 64 * CHUNK);
    let (most, enters) = (kernel::most_in_flight(), kernel::enters());
    assert_eq!(
        most, DEPTH,
        "there are {DEPTH} buffers, and so {DEPTH} operations should be in flight at the same time, not {most}",
    );
    // Two for each of 64 chunks, and one for each buffer to find the end.
    let operations = 2 * 64 + DEPTH as u32;
    assert!(
        enters <= 2 * operations,
        "{operations} operations should take at most twice as many system calls; they took {enters}",
    );
}

/// To register is to have the kernel find and pin each page. That is dear, and pays if it is done once.
#[test]
fn registers_its_buffers_once() {
    let mut engine = with_a_ring();
    for _ in 0..3 {
        assert_copies(&mut engine, 3 * CHUNK);
    }
    assert_echoes(&mut engine, 1000);
    assert_eq!(
        kernel::registrations(),
        1,
        "registrations for three copies and an echo"
    );
}

/// The result is how many bytes were moved, which may be fewer than you asked for: a signal, a quota, a network file system.
/// Who takes it for all leaves holes in the copy. Who takes a short read for the end cuts it off.
#[test]
fn a_short_result_is_not_the_end() {
    kernel::limit(1_000);
    let mut engine = with_a_ring();
    for length in [999, 1_001, CHUNK + 1, 20 * CHUNK + 77] {
        assert_copies(&mut engine, length);
    }
    assert_echoes(&mut engine, 50_000);
}

/// A signal ends a wait, not an operation. Children that end and timers that fire do this in any larger program.
#[test]
fn a_signal_is_no_error() {
    let mut engine = with_a_ring();
    for nth in 1..=4 {
        kernel::fail_enter(nth, EINTR);
        assert_copies(&mut engine, 30 * CHUNK);
    }
    kernel::fail_enter(2, EINTR);
    assert_echoes(&mut engine, 10_000);
}

/// Sockets have no offsets, and their operations wait for somebody else. Otherwise it is the same.
#[test]
fn echoes_until_the_peer_ends() {
    let mut engine = with_a_ring();
    for length in [0, 1, CHUNK + 1, 700_000] {
        let before = kernel::enters();
        assert_echoes(&mut engine, length);
        assert!(
            kernel::enters() > before,
            "an engine that has a ring should echo through it, too"
        );
        assert_eq!(
            kernel::in_flight(),
            0,
            "operations still in flight after `echo` has returned"
        );
    }
}
