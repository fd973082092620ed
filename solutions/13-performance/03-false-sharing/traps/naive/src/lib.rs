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
// ANCHOR: padded
#[derive(Debug)]
#[repr(align(128))]
pub struct CachePadded<T> {
    value: T,
    _padding: [u8; BLOCK - size_of::<u64>()],
}
// ANCHOR_END: padded

impl<T> CachePadded<T> {
    /// Gives `value` blocks of its own.
    pub const fn new(value: T) -> Self {
        Self {
            value,
            _padding: [0; BLOCK - size_of::<u64>()],
        }
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
    next: AtomicUsize,
}

impl ShardedCounter {
    /// A counter of as many shards, all zero, each in a block of its own.
    #[must_use]
    pub fn new(shards: NonZeroUsize) -> Self {
        Self {
            shards: (0..shards.get())
                .map(|_| CachePadded::new(AtomicU64::new(0)))
                .collect(),
            next: AtomicUsize::new(0),
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

    // ANCHOR: add
    /// Adds `amount` to the next shard.
    pub fn add(&self, amount: u64) {
        // Round robin, so that all shards fill evenly.
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.shards.len();
        self.shards[turn].fetch_add(amount, Ordering::Relaxed);
    }
    // ANCHOR_END: add

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
