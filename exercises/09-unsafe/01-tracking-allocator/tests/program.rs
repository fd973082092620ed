//! The tracker as the allocator of a whole process, from before `main` on: there is nobody else to allocate
//! from, not even for the tracker's own code.
//!
//! Each of these tests runs itself once more in a process of its own, which has the tracker as its global allocator.
//! If that process hangs or dies, the test can still tell.

#[path = "program/process.rs"]
mod process;

use std::{collections::BTreeMap, hint::black_box};

use process::{HEAP, in_a_process_of_its_own};
use unsafe_tracking_allocator::Stats;

/// What `work` adds to the counts, and by how much the level was higher at the end than before.
fn counted<R>(work: impl FnOnce() -> R) -> (Stats, R) {
    let before = HEAP.stats();
    let result = work();
    let after = HEAP.stats();
    let change = Stats {
        live_bytes: after.live_bytes - before.live_bytes,
        peak_bytes: after.peak_bytes,
        allocations: after.allocations - before.allocations,
        reallocations: after.reallocations - before.reallocations,
        deallocations: after.deallocations - before.deallocations,
    };
    (change, result)
}

/// Whatever the tracker does, it does inside an allocation. If that allocates in turn, it is inside once more, and so
/// on until the stack is used up; with a lock held, it waits for itself. A `println!` is enough, and so is a table.
#[test]
fn a_program_runs_with_it() {
    in_a_process_of_its_own("a_program_runs_with_it", || {
        let before = HEAP.stats();
        assert!(
            before.allocations > 0,
            "the process has come as far as this test, and no allocation was counted"
        );
        let mut squares = BTreeMap::new();
        for number in 0..1000_u64 {
            squares.insert(number, (number * number).to_string());
        }
        assert_eq!(squares.get(&31).map(String::as_str), Some("961"));
        let during = HEAP.stats();
        assert!(
            during.allocations >= before.allocations + 1000,
            "a thousand strings were made"
        );
        drop(squares);
        assert_eq!(
            HEAP.stats().live_bytes,
            before.live_bytes,
            "everything that was made is gone again, so the level should be as before"
        );
    });
}

/// What the collections of std ask for is exact to the byte, so the counts must be. This is how one finds out that
/// a `Vec` without capacity was a mistake.
#[test]
fn counts_what_collections_ask_for() {
    in_a_process_of_its_own("counts_what_collections_ask_for", || {
        let (made, mut list) = counted(|| black_box(Vec::<u8>::with_capacity(100)));
        assert_eq!(
            (made.live_bytes, made.allocations, made.reallocations),
            (100, 1, 0),
            "(live, allocations, reallocations) for a Vec with room for 100 bytes"
        );
        let (grown, ()) = counted(|| list.reserve_exact(900));
        assert_eq!(
            (grown.live_bytes, grown.allocations, grown.reallocations),
            (800, 0, 1),
            "(live, allocations, reallocations) for making room for 900 bytes instead"
        );
        drop(list);

        let (zeroed, zeroes) = counted(|| black_box(vec![0_u64; 512]));
        assert_eq!(
            (zeroed.live_bytes, zeroed.allocations),
            (4096, 1),
            "(live, allocations) for 512 zeroes of 8 bytes"
        );
        drop(zeroes);

        let (nothing, sum) = counted(|| black_box([1_u64, 2, 3]).iter().sum::<u64>());
        assert_eq!(
            (nothing.live_bytes, nothing.allocations, sum),
            (0, 0, 6),
            "(live, allocations, sum) for an array on the stack"
        );
    });
}
