//! A global allocator that knows how much memory a program uses.

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    hint,
    sync::atomic::{AtomicBool, Ordering},
};

/// What a [`Tracking`] allocator has counted since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bytes in live blocks.
    pub live_bytes: usize,
    /// The most of them.
    pub peak_bytes: usize,
    /// Blocks handed out.
    pub allocations: usize,
    /// Blocks grown or shrunk.
    pub reallocations: usize,
    /// Blocks given back.
    pub deallocations: usize,
}

/// An allocator that counts, and leaves the work to `A`.
pub struct Tracking<A> {
    inner: A,
    busy: AtomicBool,
    stats: UnsafeCell<Stats>,
}

// SAFETY: `stats` is only touched in `with`, by one thread at a time.
unsafe impl<A: Sync> Sync for Tracking<A> {}

impl<A> Tracking<A> {
    /// Makes a tracker.
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            busy: AtomicBool::new(false),
            stats: UnsafeCell::new(Stats {
                live_bytes: 0,
                peak_bytes: 0,
                allocations: 0,
                reallocations: 0,
                deallocations: 0,
            }),
        }
    }

    fn with<R>(&self, work: impl FnOnce(&mut Stats) -> R) -> R {
        while self.busy.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        // SAFETY: whoever has set `busy` is alone in here, and `work` never comes back to it.
        let result = work(unsafe { &mut *self.stats.get() });
        self.busy.store(false, Ordering::Release);
        result
    }

    fn handed_out(&self, block: *mut u8, size: usize) -> *mut u8 {
        if !block.is_null() {
            self.with(|stats| {
                stats.allocations = stats.allocations.wrapping_add(1);
                stats.live_bytes = stats.live_bytes.wrapping_add(size);
                stats.peak_bytes = stats.peak_bytes.max(stats.live_bytes);
            });
        }
        block
    }

    /// What has been counted.
    pub fn stats(&self) -> Stats {
        self.with(|stats| *stats)
    }
}

// SAFETY: everything is passed on.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract.
        self.handed_out(unsafe { self.inner.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract.
        self.handed_out(unsafe { self.inner.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract.
        let moved = unsafe { self.inner.realloc(block, layout, new_size) };
        if !moved.is_null() {
            self.with(|stats| {
                stats.reallocations = stats.reallocations.wrapping_add(1);
                stats.live_bytes = stats
                    .live_bytes
                    .wrapping_sub(layout.size())
                    .wrapping_add(new_size);
                stats.peak_bytes = stats.peak_bytes.max(stats.live_bytes);
            });
        }
        moved
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.with(|stats| {
            stats.deallocations = stats.deallocations.wrapping_add(1);
            stats.live_bytes = stats.live_bytes.wrapping_sub(layout.size());
        });
        // SAFETY: the caller's contract.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
