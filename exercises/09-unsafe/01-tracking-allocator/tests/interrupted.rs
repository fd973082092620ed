//! One thread is interrupted in the middle of a call, and others go on meanwhile. Not by chance: the call is made over and over, and stopped
//! before and after each instruction that changes a count. (On Linux and x86-64. Elsewhere the crowd in `threads.rs` has to do.)

#[path = "threads/steps.rs"]
mod steps;

use std::{
    alloc::{GlobalAlloc, Layout},
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use steps::at_each_step;
use unsafe_tracking_allocator::{Stats, Tracking};

fn bytes(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a small layout")
}

/// Grants everything at once, so that all the time is spent in the tracker. Nobody touches the blocks.
struct Generous;

const BLOCK: *mut u8 = ptr::without_provenance_mut(4096);

// SAFETY: the tests use no block but to give it back.
unsafe impl GlobalAlloc for Generous {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        BLOCK
    }

    unsafe fn realloc(&self, block: *mut u8, _: Layout, _: usize) -> *mut u8 {
        block
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// A tracker with one block of 1000 bytes.
fn tracker() -> Tracking<Generous> {
    let tracker = Tracking::new(Generous);
    // SAFETY: the size is not zero.
    unsafe { tracker.alloc(bytes(1000)) };
    tracker
}

/// Whoever reads a level above the peak will not believe either of the two. To raise the level and to raise the peak are two steps, and somebody looks
/// between them. So the one who looks has to see to it.
#[test]
fn no_look_shows_a_peak_below_the_level() {
    at_each_step(
        tracker,
        // SAFETY: no size is zero, and the block has the layout that is given.
        |tracker| unsafe {
            tracker.alloc(bytes(50));
            tracker.realloc(BLOCK, bytes(1000), 1200);
        },
        Tracking::stats,
        |_, seen, stop| {
            assert!(
                seen.peak_bytes >= seen.live_bytes,
                "a peak of {} below the level of {}, seen while another thread was stopped {stop}",
                seen.peak_bytes,
                seen.live_bytes
            );
        },
    );
}

/// A level that somebody has seen was there, and so the peak is no less, at the latest when all calls have returned. If the peak is raised to what is
/// read *after* the step, another thread may have given something back in between.
#[test]
fn no_level_is_missed_by_the_peak() {
    at_each_step(
        tracker,
        // SAFETY: the size is not zero.
        |tracker| unsafe { tracker.alloc(bytes(50)) },
        |tracker| {
            let seen = tracker.stats();
            // SAFETY: the block has this layout.
            unsafe { tracker.dealloc(BLOCK, bytes(1000)) };
            seen
        },
        |tracker, seen, stop| {
            let peak = tracker.stats().peak_bytes;
            assert!(
                peak >= seen.live_bytes,
                "a peak of {peak}, though the level was seen at {}. The thread that asked for 50 bytes was stopped {stop}, and \
                 another gave 1000 back meanwhile",
                seen.live_bytes
            );
        },
    );
}

/// Growing is one step up, and shrinking is one step down. Down and up again would be a level that never was, and others would measure their peaks
/// from it.
#[test]
fn a_resize_is_one_step_of_the_level() {
    for new_size in [1200, 800, 1000] {
        at_each_step(
            tracker,
            // SAFETY: the new size is not zero, and the block has this layout.
            |tracker| unsafe { tracker.realloc(BLOCK, bytes(1000), new_size) },
            |tracker| tracker.stats().live_bytes,
            |_, seen, stop| {
                assert!(
                    seen == 1000 || seen == new_size,
                    "a level of {seen}, seen while the only block went from 1000 bytes to {new_size} and was stopped {stop}"
                );
            },
        );
    }
}

/// Load, add and store are three steps, and so are "is it more" and "then it is the peak". What another thread does in between is lost.
#[test]
fn nothing_is_lost_wherever_a_call_is_stopped() {
    let calls = |tracker: &Tracking<Generous>, size| {
        // SAFETY: no size is zero, and each block comes with the layout that it has at that time.
        unsafe {
            let block = tracker.alloc(bytes(size));
            let block = tracker.realloc(block, bytes(size), 2 * size);
            tracker.dealloc(block, bytes(2 * size));
        }
    };
    let stops = AtomicUsize::new(0);
    at_each_step(
        tracker,
        |tracker| calls(tracker, 10),
        |tracker| calls(tracker, 100),
        |tracker, (), stop| {
            stops.fetch_add(1, Ordering::Relaxed);
            let stats = tracker.stats();
            let peak_bytes = stats.peak_bytes;
            assert!(
                (1200..=1220).contains(&peak_bytes),
                "a peak of {peak_bytes} with 1000 bytes and up to 200 and 20 beside them, stopped {stop}"
            );
            let expected = Stats {
                live_bytes: 1000,
                peak_bytes,
                allocations: 3,
                reallocations: 2,
                deallocations: 2,
            };
            assert_eq!(
                stats, expected,
                "after two threads have allocated, grown and given back, one of them stopped {stop}"
            );
        },
    );
    if stops.into_inner() == 0 {
        eprintln!("this machine stops no thread at an instruction, so there was nothing to check");
    }
}
