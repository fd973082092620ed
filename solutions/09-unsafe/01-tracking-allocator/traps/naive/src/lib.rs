//! A global allocator that knows how much memory a program uses.

use std::{
    alloc::{GlobalAlloc, Layout},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
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
    live_bytes: AtomicUsize,
    peak_bytes: AtomicUsize,
    allocations: AtomicUsize,
    deallocations: AtomicUsize,
}

impl<A> Tracking<A> {
    /// Makes a tracker that has counted nothing yet.
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            live_bytes: AtomicUsize::new(0),
            peak_bytes: AtomicUsize::new(0),
            allocations: AtomicUsize::new(0),
            deallocations: AtomicUsize::new(0),
        }
    }

    /// What has been counted.
    pub fn stats(&self) -> Stats {
        Stats {
            live_bytes: self.live_bytes.load(Relaxed),
            peak_bytes: self.peak_bytes.load(Relaxed),
            allocations: self.allocations.load(Relaxed),
            reallocations: 0,
            deallocations: self.deallocations.load(Relaxed),
        }
    }
}

// ANCHOR: naive
// SAFETY: every request is passed on to `inner` unchanged.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.allocations.fetch_add(1, Relaxed);
        let live = self.live_bytes.fetch_add(layout.size(), Relaxed) + layout.size();
        self.peak_bytes.fetch_max(live, Relaxed);
        println!("alloc   {:6} bytes, {live} in use", layout.size());
        // SAFETY: the caller keeps the contract.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.deallocations.fetch_add(1, Relaxed);
        let live = self.live_bytes.fetch_sub(layout.size(), Relaxed) - layout.size();
        println!("dealloc {:6} bytes, {live} in use", layout.size());
        // SAFETY: the caller keeps the contract.
        unsafe { self.inner.dealloc(block, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        unsafe { self.inner.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        unsafe { self.inner.realloc(block, layout, new_size) }
    }
}
// ANCHOR_END: naive
