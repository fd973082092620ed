//! Which thread writes to which shard.

use performance_false_sharing::ShardedCounter;
use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
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

/// Adds in a new thread, which has ended when this returns.
fn add_elsewhere(counter: &ShardedCounter, amount: u64) {
    thread::scope(|scope| _ = scope.spawn(|| counter.add(amount)));
}

#[test]
fn a_number_is_not_given_twice() {
    // Threads that come one after the other are numbered on, though each has ended when the next begins. To keep account of the numbers that
    // are free again would take a lock and a destructor in each thread. And 300 threads are no longer an unusual number.
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    const THREADS: u64 = 300;
    let counter = counter(7);
    for round in 0..THREADS {
        add_elsewhere(&counter, 1);
        let values = values(&counter);
        let (least, most) = (values.iter().min(), values.iter().max());
        assert!(
            most.zip(least)
                .is_some_and(|(most, least)| most - least <= 1),
            "{} threads, one after the other, each added 1 to one of 7 shards in turn: {values:?}",
            round + 1
        );
    }
}

#[test]
fn only_who_adds_takes_a_number() {
    // A thread that reads the sum, or does something else altogether, needs no shard. Were it numbered, there would be a
    // gap in the row, and a shard without a thread.
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = counter(4);
    for amount in [1, 10, 100, 1000] {
        add_elsewhere(&counter, amount);
        thread::scope(|scope| {
            scope.spawn(|| {
                let sum: u64 = counter.sum();
                assert!(sum >= amount, "the sum after {amount} was added");
                let _ = (counter.shard(0), counter.shard_count());
            });
            scope.spawn(|| {});
        });
    }
    let mut values = values(&counter);
    values.sort_unstable();
    assert_eq!(
        values,
        [1, 10, 100, 1000],
        "four threads added, and between them others only read or did nothing: 4 shards, in ascending order"
    );
}

#[test]
fn numbers_are_the_same_for_all_counters() {
    // One row of numbers for the program. Were there one per counter, two threads that began with two different counters would both be
    // number 0, and meet in a third. And what a thread keeps is its number: the index of a shard is another one in each counter.
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    let small: Vec<ShardedCounter> = (1..=8).map(counter).collect();
    let large = counter(8);
    thread::scope(|scope| {
        for (first, amount) in small.iter().zip(1..) {
            let large = &large;
            scope.spawn(move || {
                first.add(1);
                large.add(amount);
            });
        }
    });
    let mut values = values(&large);
    values.sort_unstable();
    assert_eq!(
        values,
        [1, 2, 3, 4, 5, 6, 7, 8],
        "8 threads, each of which added to a smaller counter of its own before: the 8 shards of the large one, in ascending order"
    );
}

#[test]
fn a_thread_may_add_while_it_ends() {
    // A worker that counts what it leaves behind does so in the destructor of a thread-local. Other thread-locals may be gone by then,
    // if they have a destructor. A plain number has none, and stays.
    struct Leaves(Arc<ShardedCounter>);
    impl Drop for Leaves {
        fn drop(&mut self) {
            self.0.add(100);
        }
    }
    thread_local! {
        static LEAVES: RefCell<Option<Leaves>> = const { RefCell::new(None) };
    }
    let _alone = NUMBERING.lock().unwrap_or_else(PoisonError::into_inner);
    for adds_first in [true, false] {
        let counter = Arc::new(counter(3));
        let worker = Arc::clone(&counter);
        let worker = thread::spawn(move || {
            if adds_first {
                worker.add(1);
            }
            LEAVES.set(Some(Leaves(Arc::clone(&worker))));
            worker.add(1);
        });
        assert!(
            worker.join().is_ok(),
            "the thread should end without a panic"
        );
        let expected = if adds_first { 102 } else { 101 };
        assert_eq!(
            counter.sum(),
            expected,
            "1 per addition, and 100 from the destructor"
        );
        let used = values(&counter).iter().filter(|value| **value != 0).count();
        assert_eq!(used, 1, "shards that one thread wrote to, its end included");
    }
}
