//! The counts are exact, and they are this thread's.

use std::{
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use alloc_counter::{Usage, allocations, measure};

#[test]
fn nothing_is_nothing() {
    assert_eq!(allocations(|| black_box(1 + 1)), (0, 2));
    assert_eq!(
        measure(Vec::<u8>::new).0,
        Usage::default(),
        "an empty Vec has no block"
    );
}

#[test]
fn each_block_counts_once() {
    let (count, pair) = allocations(|| (Box::new(1_u64), String::from("two")));
    assert_eq!(count, 2);
    assert_eq!(pair, (Box::new(1), String::from("two")));
}

#[test]
fn the_parts_are_told_apart() {
    let (usage, bytes) = measure(|| {
        let mut bytes: Vec<u8> = Vec::with_capacity(16);
        bytes.resize(16, 1);
        bytes.reserve_exact(48);
        drop(black_box(vec![0_u8; 100]));
        bytes
    });
    let expected = Usage {
        allocations: 2,
        reallocations: 1,
        deallocations: 1,
        bytes: 16 + 48 + 100,
        returned: 100,
    };
    assert_eq!((usage, bytes.len()), (expected, 16));
}

#[test]
fn shrinking_obtains_no_bytes() {
    let mut bytes = Vec::<u8>::with_capacity(64);
    bytes.push(1);
    let (usage, ()) = measure(|| bytes.shrink_to_fit());
    assert_eq!((usage.reallocations, usage.bytes), (1, 0));
}

#[test]
fn an_inner_count_is_part_of_the_outer_one() {
    let (outer, (inner, _)) = allocations(|| {
        let first = Box::new(1);
        let (inner, second) = allocations(|| Box::new(2));
        (inner, (first, second))
    });
    assert_eq!((outer, inner), (2, 1));
}

#[test]
fn a_panic_leaves_the_count_in_order() {
    let _ = catch_unwind(AssertUnwindSafe(|| allocations(|| panic!("on purpose"))));
    assert_eq!(allocations(|| Box::new(3)).0, 1);
}

#[test]
fn other_threads_are_not_counted() {
    const ROUNDS: u64 = 10_000;

    let stop = Arc::new(AtomicBool::new(false));
    let neighbours: Vec<_> = (0..2)
        .map(|_| {
            let made = Arc::new(AtomicU64::new(0));
            let (stop, count) = (Arc::clone(&stop), Arc::clone(&made));
            let thread = thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    black_box(Box::new(0_u8));
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
            (thread, made)
        })
        .collect();

    // On a busy machine a neighbour may be a long time coming: this goes on until each has made as many.
    let mut rounds = 0;
    let is_behind = |made: &AtomicU64| made.load(Ordering::Relaxed) < ROUNDS;
    while rounds < ROUNDS || neighbours.iter().any(|(_, made)| is_behind(made)) {
        assert_eq!(allocations(|| Box::new(0_u8)).0, 1);
        rounds += 1;
    }
    stop.store(true, Ordering::Relaxed);
    for (thread, _) in neighbours {
        thread.join().unwrap();
    }
}
