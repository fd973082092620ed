//! Counting while several threads allocate. A `#[global_allocator]` is shared by all of them from the first line on.

#[path = "threads/crowd.rs"]
mod crowd;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicPtr, AtomicUsize, Ordering},
    thread,
};

use crowd::{ROOM, Roomy, THREADS, in_a_crowd};
use unsafe_tracking_allocator::Tracking;

fn bytes(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a small layout")
}

/// Blocks travel: made by one thread, sent to another, dropped there. A count for each thread would be below zero on
/// the receiver, and for ever too high on the sender.
#[test]
fn a_block_may_be_given_back_by_another_thread() {
    static TRACKER: Tracking<System> = Tracking::new(System);
    // SAFETY: the layout's size is not zero.
    let block = AtomicPtr::new(unsafe { TRACKER.alloc(bytes(100)) });
    let seen = thread::scope(|scope| {
        let there = scope.spawn(|| {
            let seen = TRACKER.stats().live_bytes;
            // SAFETY: the block came from this tracker with this layout, and nobody else gives it back.
            unsafe { TRACKER.dealloc(block.load(Ordering::Relaxed), bytes(100)) };
            seen
        });
        there.join().expect("a thread that gives a block back")
    });
    assert_eq!(seen, 100, "live bytes as another thread sees them");
    let stats = TRACKER.stats();
    assert_eq!(
        (stats.live_bytes, stats.allocations, stats.deallocations),
        (0, 1, 1),
        "(live, allocations, deallocations) once another thread gave the block back"
    );
}

/// `count = count + 1` is three steps: read, add, write. When two threads read the same number, one addition is lost. With
/// atomics too, if the steps are apart: what must be atomic is the whole of it.
#[test]
fn no_count_is_lost_between_threads() {
    const STEPS: usize = 8;
    let tracker = Tracking::new(Roomy);
    let rounds = in_a_crowd(|| {
        // SAFETY: no size is zero, and the block comes with the layout that it has at that time.
        unsafe {
            let mut block = tracker.alloc(bytes(16));
            for _ in 0..STEPS {
                block = tracker.realloc(block, bytes(16), 24);
                block = tracker.realloc(block, bytes(24), 16);
            }
            tracker.dealloc(block, bytes(16));
        }
    });
    let stats = tracker.stats();
    assert_eq!(
        (stats.allocations, stats.reallocations, stats.deallocations),
        (rounds, rounds * STEPS * 2, rounds),
        "(allocations, reallocations, deallocations) by {THREADS} threads"
    );
    assert_eq!(
        stats.live_bytes, 0,
        "live bytes, although {THREADS} threads have given everything back"
    );
    assert!(
        (24..=24 * THREADS).contains(&stats.peak_bytes),
        "a peak of {} bytes, where at most {THREADS} blocks of 24 bytes lived at once",
        stats.peak_bytes
    );
}

/// "If the level is above the peak, it is the peak" is two steps as well. Between them another thread may have set a
/// higher one, which is then overwritten by the lower. So a peak that somebody has read is written down, and nobody may
/// read a lower one after that.
#[test]
fn a_lower_level_never_replaces_the_peak() {
    let tracker = Tracking::new(Roomy);
    let highest = AtomicUsize::new(0);
    let fallen = AtomicUsize::new(usize::MAX);
    in_a_crowd(|| {
        // SAFETY: no size is zero, and the block comes with the layout that it has at that time. It is left alive, so
        // that the level only rises.
        unsafe {
            let mut block = tracker.alloc(bytes(1));
            for size in 1..ROOM.size() {
                block = tracker.realloc(block, bytes(size), size + 1);
                let read_before = highest.load(Ordering::Acquire);
                let peak = tracker.stats().peak_bytes;
                if peak < read_before {
                    fallen.fetch_min(peak, Ordering::Relaxed);
                }
                highest.fetch_max(peak, Ordering::Release);
            }
        }
    });
    let (highest, fallen) = (highest.into_inner(), fallen.into_inner());
    assert!(
        fallen == usize::MAX,
        "a peak of {fallen} bytes was read after a higher one: it has fallen, and a peak must not"
    );
    let live = tracker.stats().live_bytes;
    assert_eq!(
        highest.max(tracker.stats().peak_bytes),
        live,
        "the peak, where the level has only risen and is {live} bytes now"
    );
}
