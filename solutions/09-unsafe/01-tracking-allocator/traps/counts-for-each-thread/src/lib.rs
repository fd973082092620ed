//! A global allocator that knows how much memory a program uses.

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
};

/// What a [`Tracking`] allocator has counted since it was made.
///
/// Sizes are those that were asked for, as [`Layout::size`] gives them. What the allocator inside adds for its own
/// purposes is not known here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bytes in blocks that were handed out and not yet given back.
    pub live_bytes: usize,
    /// The most that `live_bytes` has ever been.
    pub peak_bytes: usize,
    /// Blocks handed out, zeroed or not.
    pub allocations: usize,
    /// Blocks grown or shrunk. This is one call, and neither an allocation nor a deallocation.
    pub reallocations: usize,
    /// Blocks given back.
    pub deallocations: usize,
}

/// An allocator that counts, and leaves the work to `A`.
pub struct Tracking<A> {
    inner: A,
}

thread_local! {
    // A constant and no destructor, so that the first use on a thread does not allocate.
    static STATS: Cell<Stats> = const {
        Cell::new(Stats {
            live_bytes: 0,
            peak_bytes: 0,
            allocations: 0,
            reallocations: 0,
            deallocations: 0,
        })
    };
}

impl<A> Tracking<A> {
    /// Makes a tracker that has counted nothing yet.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }

    /// What has been counted.
    pub fn stats(&self) -> Stats {
        STATS.get()
    }

    fn note(&self, change: impl FnOnce(&mut Stats)) {
        let mut stats = STATS.get();
        change(&mut stats);
        stats.peak_bytes = stats.peak_bytes.max(stats.live_bytes);
        STATS.set(stats);
    }

    fn allocated(&self, size: usize) {
        self.note(|stats| {
            stats.allocations += 1;
            stats.live_bytes += size;
        });
    }

    fn reallocated(&self, old_size: usize, new_size: usize) {
        self.note(|stats| {
            stats.reallocations += 1;
            stats.live_bytes = stats.live_bytes.saturating_sub(old_size) + new_size;
        });
    }
}

// SAFETY: every request is passed on to `inner` unchanged, and so is the answer, so that the contract which `inner` keeps
// is kept here. Counting is atomic arithmetic: it does not allocate, does not unwind and does not touch the block.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is ours too.
        let block = unsafe { self.inner.alloc(layout) };
        if !block.is_null() {
            self.allocated(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is ours too.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        if !block.is_null() {
            self.allocated(layout.size());
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on; the rest is the caller's.
        let moved = unsafe { self.inner.realloc(block, layout, new_size) };
        if !moved.is_null() {
            self.reallocated(layout.size(), new_size);
        }
        moved
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.note(|stats| {
            stats.deallocations += 1;
            stats.live_bytes = stats.live_bytes.saturating_sub(layout.size());
        });
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
