//! What an addition costs, counted on a simulated processor, so that the verdict is the same everywhere.

use instruction_count::measure;
use performance_false_sharing::ShardedCounter;
use std::cell::Cell;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

const ADDITIONS: u64 = 1000;

/// How many times the instructions of the plain version an addition may take. The reference takes about twice as many.
const TIMES: u64 = 8;

#[test]
fn an_addition_looks_nothing_up() {
    // A thread finds its own number where it keeps it: in a thread-local. Whoever asks a table that all threads share waits for its lock,
    // which is one line for all, and computes a hash besides. That is worse than the single atomic that it was to replace.
    thread_local! {
        static KEPT: Cell<usize> = const { Cell::new(1) };
    }
    let shards = [const { AtomicU64::new(0) }; 4];
    let counter = ShardedCounter::new(NonZeroUsize::new(4).expect("not zero"));
    counter.add(1);
    let [plain, sharded] = measure([
        &mut || {
            for amount in 0..ADDITIONS {
                shards[black_box(KEPT.get()) % shards.len()].fetch_add(amount, Ordering::Relaxed);
            }
        },
        &mut || {
            for amount in 0..ADDITIONS {
                black_box(&counter).add(amount);
            }
        },
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        sharded.instructions <= TIMES * plain.instructions,
        "{ADDITIONS} additions took {sharded}, more than {TIMES} times as many as with a number at hand: {plain}"
    );
}
