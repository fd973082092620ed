//! A counter that many threads add to at once, none of them waiting for another's cache line.

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The bytes that one thread needs for itself: two cache lines of 64 bytes, because processors fetch neighbouring lines
/// in pairs, or one of 128, which some processors have.
pub const BLOCK: usize = 128;

/// A value that shares no block with any other.
///
/// Whatever `T` is, the value begins at a multiple of [`BLOCK`], and takes up as many whole blocks as it needs, and no
/// more: one for a `T` of up to 128 bytes, two for a `T` of 129.
// The attribute takes a literal only, so `BLOCK` has to be repeated. It is all there is to do: the size of a type is a
// multiple of its alignment.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct CachePadded<T> {
    value: T,
}

const _: () = assert!(align_of::<CachePadded<u8>>() == BLOCK);

impl<T> CachePadded<T> {
    /// Gives `value` blocks of its own.
    pub const fn new(value: T) -> Self {
        Self { value }
    }
}

impl<T> Deref for CachePadded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A counter in several parts, its *shards*, so that threads that add at the same time write to different blocks.
///
/// Seen from outside, it is one `u64` that starts at zero, and wraps around at its end as an [`AtomicU64`] does.
#[derive(Debug)]
pub struct ShardedCounter {
    /// Never empty.
    shards: Box<[CachePadded<AtomicU64>]>,
}

impl ShardedCounter {
    /// A counter of as many shards, all zero, each in a block of its own.
    #[must_use]
    pub fn new(shards: NonZeroUsize) -> Self {
        Self {
            shards: (0..shards.get()).map(|_| CachePadded::default()).collect(),
        }
    }

    /// How many shards there are.
    #[must_use]
    pub fn shard_count(&self) -> usize {
        self.shards.len()
    }

    /// A shard by its index. The counter's value is the sum of its shards, and nothing else.
    ///
    /// # Panics
    ///
    /// When `index` isn't less than [`shard_count`](Self::shard_count).
    #[must_use]
    pub fn shard(&self, index: usize) -> &AtomicU64 {
        &self.shards[index]
    }

    /// Adds `amount` to the calling thread's shard. No addition is ever lost, even where threads share a shard.
    ///
    /// Threads have numbers, in the order in which they first add to any counter of the program; number *k* uses shard
    /// *k* mod [`shard_count`](Self::shard_count). So a thread stays with its shard, and as many new threads as there are
    /// shards have a shard each. A number is never given to a second thread, and nothing but `add` takes one.
    ///
    /// A thread may call this at any time, also while it ends, from the destructor of one of its thread-locals.
    pub fn add(&self, amount: u64) {
        // Relaxed: the additions are all that is shared, and each of them is indivisible.
        self.shard(thread_number() % self.shards.len())
            .fetch_add(amount, Ordering::Relaxed);
    }

    /// The sum of all shards.
    ///
    /// While others add, it is no snapshot: it may miss additions that take place meanwhile. Those that happened before
    /// the call (by a join, a channel or a lock) are in it.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.shards
            .iter()
            .map(|shard| shard.load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
    }
}

/// The calling thread's number: 0 for the first that asks, 1 for the second, and the same each time.
fn thread_number() -> usize {
    // Every thread writes here once in its life. Were it on each addition, this would be the contended line.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}
