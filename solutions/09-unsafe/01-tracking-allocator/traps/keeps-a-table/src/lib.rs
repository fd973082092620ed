//! A global allocator that knows how much memory a program uses.

use std::{
    alloc::{GlobalAlloc, Layout},
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
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
    book: Mutex<Book>,
}

/// Everything under one lock, so that the numbers always fit together.
struct Book {
    /// The size of each live block, by its address.
    sizes: BTreeMap<usize, usize>,
    stats: Stats,
}

impl<A> Tracking<A> {
    /// Makes a tracker that has counted nothing yet.
    pub const fn new(inner: A) -> Self {
        let book = Book {
            sizes: BTreeMap::new(),
            stats: Stats {
                live_bytes: 0,
                peak_bytes: 0,
                allocations: 0,
                reallocations: 0,
                deallocations: 0,
            },
        };
        Self {
            inner,
            book: Mutex::new(book),
        }
    }

    /// What has been counted.
    pub fn stats(&self) -> Stats {
        self.book().stats
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn allocated(&self, block: *mut u8, size: usize) {
        let mut book = self.book();
        book.stats.allocations += 1;
        book.enter(block, size);
    }

    fn reallocated(&self, old: *mut u8, new: *mut u8, size: usize) {
        let mut book = self.book();
        book.stats.reallocations += 1;
        book.strike_out(old);
        book.enter(new, size);
    }
}

impl Book {
    fn enter(&mut self, block: *mut u8, size: usize) {
        self.sizes.insert(block.addr(), size);
        self.stats.live_bytes += size;
        self.stats.peak_bytes = self.stats.peak_bytes.max(self.stats.live_bytes);
    }

    fn strike_out(&mut self, block: *mut u8) {
        let size = self.sizes.remove(&block.addr());
        self.stats.live_bytes -= size.unwrap_or(0);
    }
}

// SAFETY: every request is passed on to `inner` unchanged, and so is the answer.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is ours too.
        let block = unsafe { self.inner.alloc(layout) };
        if !block.is_null() {
            self.allocated(block, layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is ours too.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        if !block.is_null() {
            self.allocated(block, layout.size());
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on; the rest is the caller's.
        let moved = unsafe { self.inner.realloc(block, layout, new_size) };
        if !moved.is_null() {
            self.reallocated(block, moved, new_size);
        }
        moved
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let mut book = self.book();
        book.stats.deallocations += 1;
        book.strike_out(block);
        drop(book);
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
