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
///
/// ```no_run
/// use std::alloc::System;
/// use unsafe_tracking_allocator::Tracking;
///
/// #[global_allocator]
/// static HEAP: Tracking<System> = Tracking::new(System);
///
/// fn main() {
///     let text = String::from("on the heap");
///     assert!(HEAP.stats().live_bytes >= text.len());
/// }
/// ```
///
/// Each of the four methods of [`GlobalAlloc`] passes its request on to the method of the same name of `A`, with the
/// arguments that it was given, and returns what that returns. A request that `A` refuses, with a null pointer,
/// changes no count: not for a moment, and so not the peak either.
///
/// Growing or shrinking moves `live_bytes` by the difference, in one step. The peak never counts a block twice.
///
/// Any number of threads may use one tracker at once, and a block may be given back by another thread than the one
/// that asked for it. No count is ever lost, the peak is never below a level that `live_bytes` has had, and
/// it never falls. Each tracker counts for itself.
///
/// A tracker may be the program's global allocator. So nothing in it allocates, panics or prints.
pub struct Tracking<A> {
    inner: A,
    live_bytes: AtomicUsize,
    peak_bytes: AtomicUsize,
    allocations: AtomicUsize,
    reallocations: AtomicUsize,
    deallocations: AtomicUsize,
}

impl<A> Tracking<A> {
    /// Makes a tracker that has counted nothing yet. It is `const`, since a global allocator lives in a `static`.
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            live_bytes: AtomicUsize::new(0),
            peak_bytes: AtomicUsize::new(0),
            allocations: AtomicUsize::new(0),
            reallocations: AtomicUsize::new(0),
            deallocations: AtomicUsize::new(0),
        }
    }

    /// What has been counted. If other threads use the allocator meanwhile, each number is right for a moment
    /// during the call, though not all for the same one.
    pub fn stats(&self) -> Stats {
        Stats {
            live_bytes: self.live_bytes.load(Relaxed),
            peak_bytes: self.peak_bytes.load(Relaxed),
            allocations: self.allocations.load(Relaxed),
            reallocations: self.reallocations.load(Relaxed),
            deallocations: self.deallocations.load(Relaxed),
        }
    }

    /// Notes a block that `inner` has handed out.
    fn allocated(&self, size: usize) {
        self.allocations.fetch_add(1, Relaxed);
        self.rise(size);
    }

    /// Notes a block that `inner` has moved from one size to another.
    fn reallocated(&self, old_size: usize, new_size: usize) {
        self.reallocations.fetch_add(1, Relaxed);
        match new_size.checked_sub(old_size) {
            Some(growth) => self.rise(growth),
            None => self.fall(old_size - new_size),
        }
    }

    /// Every level that `live_bytes` goes through is the result of one `fetch_add`, and each of these is shown to the
    /// peak. Asking for the level afterwards would show it another thread's.
    fn rise(&self, size: usize) {
        let before = self.live_bytes.fetch_add(size, Relaxed);
        self.peak_bytes.fetch_max(before + size, Relaxed);
    }

    fn fall(&self, size: usize) {
        self.live_bytes.fetch_sub(size, Relaxed);
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
        // Before the block is free: as soon as it is, another thread may be handed the same memory and count it.
        self.deallocations.fetch_add(1, Relaxed);
        self.fall(layout.size());
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
