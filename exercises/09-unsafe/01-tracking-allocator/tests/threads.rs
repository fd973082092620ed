//! Counting while several threads allocate. A `#[global_allocator]` is shared by all of them from the first line on.

#[path = "threads/crowd.rs"]
mod crowd;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicPtr, AtomicUsize, Ordering},
    thread,
};

use crowd::{CROWDS, ROOM, Roomy, THREADS, in_a_crowd};
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
    // Lives all the time, so that a count that has gone wrong cannot stop at zero and look right.
    const BASE: usize = 4096;
    let tracker = Tracking::new(Roomy);
    let mut rounds = 0;
    // SAFETY: no size is zero, and each block comes with the layout that it has at that time.
    unsafe {
        let base = tracker.alloc(bytes(BASE));
        for _ in 0..CROWDS {
            rounds += in_a_crowd(|| {
                let mut block = tracker.alloc(bytes(16));
                for _ in 0..STEPS {
                    block = tracker.realloc(block, bytes(16), 24);
                    block = tracker.realloc(block, bytes(24), 16);
                }
                tracker.dealloc(block, bytes(16));
            });
            assert_eq!(
                tracker.stats().live_bytes,
                BASE,
                "live bytes, once {THREADS} threads have given everything back but one block of {BASE}"
            );
        }
        tracker.dealloc(base, bytes(BASE));
    }
    let stats = tracker.stats();
    assert_eq!(
        (stats.allocations, stats.reallocations, stats.deallocations),
        (rounds + 1, rounds * STEPS * 2, rounds + 1),
        "(allocations, reallocations, deallocations) by {THREADS} threads"
    );
    assert!(
        (BASE + 24..=BASE + 24 * THREADS).contains(&stats.peak_bytes),
        "a peak of {} bytes, where at most {THREADS} blocks of 24 bytes lived beside one of {BASE}",
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
    for _ in 0..CROWDS {
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
    }
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
