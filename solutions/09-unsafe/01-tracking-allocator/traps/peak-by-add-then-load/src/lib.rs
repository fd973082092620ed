//! A global allocator that knows how much memory a program uses.
use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Live.
    pub live_bytes: usize,
    /// Peak.
    pub peak_bytes: usize,
    /// A.
    pub allocations: usize,
    /// R.
    pub reallocations: usize,
    /// D.
    pub deallocations: usize,
}
/// Tracks.
pub struct Tracking<A> {
    inner: A,
    live: AtomicUsize,
    peak: AtomicUsize,
    a: AtomicUsize,
    r: AtomicUsize,
    d: AtomicUsize,
}
impl<A> Tracking<A> {
    /// Makes one.
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            live: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
            a: AtomicUsize::new(0),
            r: AtomicUsize::new(0),
            d: AtomicUsize::new(0),
        }
    }
    /// Counts.
    pub fn stats(&self) -> Stats {
        Stats {
            live_bytes: self.live.load(Relaxed),
            peak_bytes: self.peak.load(Relaxed),
            allocations: self.a.load(Relaxed),
            reallocations: self.r.load(Relaxed),
            deallocations: self.d.load(Relaxed),
        }
    }
    fn raise(&self, by: usize) {
        self.live.fetch_add(by, Relaxed);
        // Another thread may have freed something in between: the level that was reached is never seen.
        self.peak.fetch_max(self.live.load(Relaxed), Relaxed);
    }
}
// SAFETY: passed on.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        let block = unsafe { self.inner.alloc(layout) };
        if !block.is_null() {
            self.a.fetch_add(1, Relaxed);
            self.raise(layout.size());
        }
        block
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        let block = unsafe { self.inner.alloc_zeroed(layout) };
        if !block.is_null() {
            self.a.fetch_add(1, Relaxed);
            self.raise(layout.size());
        }
        block
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: passed on.
        let block = unsafe { self.inner.realloc(block, layout, new_size) };
        if !block.is_null() {
            self.r.fetch_add(1, Relaxed);
            if new_size >= layout.size() {
                self.raise(new_size - layout.size())
            } else {
                self.live.fetch_sub(layout.size() - new_size, Relaxed);
            }
        }
        block
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.d.fetch_add(1, Relaxed);
        self.live.fetch_sub(layout.size(), Relaxed);
        // SAFETY: passed on.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
