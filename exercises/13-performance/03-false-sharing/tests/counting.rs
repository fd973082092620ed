//! What the counter counts, on one thread and on several.

use performance_false_sharing::ShardedCounter;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

fn counter(shards: usize) -> ShardedCounter {
    ShardedCounter::new(NonZeroUsize::new(shards).unwrap())
}

#[test]
fn no_addition_is_lost_where_threads_share_a_shard() {
    // A thread's "own" shard is its own only as long as there are shards enough. Loading, adding and storing lets
    // another thread's addition fall in between, and the store wipes it out. It takes one indivisible step.
    const THREADS: u64 = 4;
    const TIMES: u64 = 2_000_000;
    let counter = counter(1);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..TIMES {
                    counter.add(1);
                }
            });
        }
    });
    let (expected, got) = (THREADS * TIMES, counter.sum());
    assert!(
        got == expected,
        "{THREADS} threads added 1 {TIMES} times each to the same shard: expected {expected}, got {got}"
    );
}

#[test]
fn no_addition_is_lost_where_threads_outnumber_the_shards() {
    // The same with several shards: to have more than one is no sign that each thread has one for itself.
    const THREADS: u64 = 6;
    const TIMES: u64 = 1_000_000;
    let counter = counter(2);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..TIMES {
                    counter.add(1);
                }
            });
        }
    });
    let (expected, got): (u64, u64) = (THREADS * TIMES, counter.sum());
    assert!(
        got == expected,
        "{THREADS} threads added 1 {TIMES} times each to two shards: expected {expected}, got {got}"
    );
}

#[test]
fn there_are_as_many_shards_as_were_asked_for() {
    // Whoever asks for shards knows why: one per worker, whatever the number of cores, and whether or not a mask would be quicker than
    // a remainder. An index beyond them is a mistake, and must not be taken for another shard.
    for shards in [1, 3, 6, 64, 100, 1000] {
        let counter = counter(shards);
        assert_eq!(
            counter.shard_count(),
            shards,
            "shards of a counter made with {shards}"
        );
        counter.shard(shards - 1).store(7, Ordering::Relaxed);
        assert_eq!(counter.sum(), 7, "7 in the last of {shards} shards");
        for beyond in [shards, shards + 1, 2 * shards, usize::MAX] {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let _: &AtomicU64 = counter.shard(beyond);
            }));
            assert!(
                outcome.is_err(),
                "`shard({beyond})` of {shards} shards gave one, and should panic"
            );
        }
    }
}

#[test]
fn the_shards_are_all_there_is() {
    // A total beside the shards would make `sum` cheap, and be the one line that every thread writes to: the very thing that
    // shards are there to avoid. So whoever adds to a shard directly must find it in the sum.
    let counter = counter(4);
    assert_eq!(counter.sum(), 0, "a new counter");
    counter.add(5);
    for index in 0..4 {
        counter.shard(index).fetch_add(100, Ordering::Relaxed);
    }
    assert_eq!(
        counter.sum(),
        405,
        "5 by `add`, and 100 straight into each of the four shards"
    );
}

#[test]
fn the_sum_wraps_as_each_shard_does() {
    // `fetch_add` wraps around silently, in every build. `Iterator::sum` panics on overflow in a debug build, so that a
    // counter that runs over would be fine in one place and end the program in the other.
    let counter = counter(2);
    counter.shard(0).store(u64::MAX, Ordering::Relaxed);
    counter.shard(1).store(3, Ordering::Relaxed);
    assert_eq!(counter.sum(), 2, "u64::MAX in one shard and 3 in the other");
}
