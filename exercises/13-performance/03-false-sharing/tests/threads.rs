//! Which thread writes to which shard.

use performance_false_sharing::ShardedCounter;
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Held by each test here: the numbers of threads are given out once a process, and under `cargo test`, unlike under
/// nextest, the tests share one. So no other test's threads take numbers in between.
static NUMBERING: Mutex<()> = Mutex::new(());

fn counter(shards: usize) -> ShardedCounter {
    ShardedCounter::new(NonZeroUsize::new(shards).unwrap())
}

fn values(counter: &ShardedCounter) -> Vec<u64> {
    (0..counter.shard_count())
        .map(|index| counter.shard(index).load(Ordering::Relaxed))
        .collect()
}

#[test]
fn a_thread_stays_with_its_shard() {
    // A line that one core alone writes to stays in this core's cache. A thread that goes round the shards
    // takes each line away from whoever wrote to it last, and a shared cursor that says whose turn it is would be
    // the most contended line of all.
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = counter(8);
    for _ in 0..1000 {
        counter.add(3);
    }
    let values = values(&counter);
    let used = values.iter().filter(|value| **value != 0).count();
    assert_eq!(
        used, 1,
        "one thread wrote to {used} shards, expected 1; they hold {values:?}"
    );
    assert_eq!(counter.sum(), 3000, "1000 additions of 3");
}

#[test]
fn as_many_threads_as_shards_have_one_each() {
    // A padded shard that two threads write to is as slow as an unpadded one. Numbers taken one after the other cannot
    // collide before the shards run out; a hash of the thread's id does, almost always.
    const SHARDS: usize = 32;
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = counter(SHARDS);
    thread::scope(|scope| {
        for _ in 0..SHARDS {
            scope.spawn(|| counter.add(1));
        }
    });
    let values = values(&counter);
    let idle = values.iter().filter(|value| **value == 0).count();
    assert_eq!(
        idle, 0,
        "{SHARDS} threads and {SHARDS} shards, but {idle} shards are unused while others are shared: {values:?}"
    );
}

#[test]
fn threads_in_turn_take_shards_in_turn() {
    // Consecutive numbers modulo the number of shards leave no shard out before each has its thread, whatever that number
    // is. Scattered numbers do so at best where it is a power of two. Which number the first thread here gets is open.
    const SHARDS: usize = 6;
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = counter(SHARDS);
    // All threads stay alive until the last has added, so that no number becomes free again.
    let gate = Mutex::new(());
    thread::scope(|scope| {
        let _closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        for amount in 1..=SHARDS as u64 {
            let (added, has_added) = mpsc::channel();
            let (counter, gate) = (&counter, &gate);
            scope.spawn(move || {
                counter.add(amount);
                added.send(()).expect("the test waits for this");
                drop(gate.lock());
            });
            has_added.recv().expect("`add` should return");
        }
    });
    let values = values(&counter);
    let first = values.iter().position(|value| *value == 1).unwrap_or(0);
    let mut in_turn = values.clone();
    in_turn.rotate_left(first);
    assert_eq!(
        in_turn,
        [1, 2, 3, 4, 5, 6],
        "the shards from the first thread's on; the first thread added 1, the next one 2, and so on, and the shards hold {values:?}"
    );
}

#[test]
fn each_counter_finds_its_own_shard() {
    // The thread's number belongs to the thread, and its shard to the counter: the number stays, and the counters have
    // as many shards as they like.
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let (one, three, five) = (counter(1), counter(3), counter(5));
    thread::scope(|scope| {
        for amount in 1..=20 {
            let counters = [&one, &three, &five];
            scope.spawn(move || counters.map(|counter| counter.add(amount)));
        }
    });
    for counter in [&one, &three, &five] {
        let shards = counter.shard_count();
        assert_eq!(counter.sum(), 210, "1 + 2 + … + 20 in {shards} shards");
        assert!(
            values(counter).iter().all(|value| *value != 0),
            "20 threads must use all {shards} shards: {:?}",
            values(counter)
        );
    }
}
