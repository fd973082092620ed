//! Counts the heap allocations that one closure makes.
//!
//! A program that uses this crate gets its global allocator: the system's, with a tally kept for each thread. The
//! tally is per thread because test harnesses allocate on others whenever they like, and a test that measures its
//! neighbours' work fails on a Tuesday.
//!
//! ```
//! let (count, text) = alloc_counter::allocations(|| String::from("on the heap"));
//! assert_eq!(count, 1);
//! assert_eq!(text.len(), 11);
//! ```
//!
//! Three things to know when you measure. Work that the closure gives to other threads is not counted. Whatever a
//! lazy initialiser or a thread-local does on first use is, so run the closure once before you count it, if
//! that matters. And an optimised build may remove an allocation whose result nobody looks at:
//! [`std::hint::black_box`] keeps it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ops::Sub,
};

/// What a thread, or a closure on it, asked of the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Blocks obtained, zeroed or not.
    pub allocations: usize,
    /// Blocks grown or shrunk, in place or by moving: what a `Vec` does that was not given enough capacity.
    pub reallocations: usize,
    /// Blocks given back.
    pub deallocations: usize,
    /// Bytes obtained. Growing a block counts the growth alone, and giving back takes nothing off.
    pub bytes: usize,
    /// Bytes given back, by shrinking a block as well.
    pub returned: usize,
}

impl Usage {
    const ZERO: Self = Self {
        allocations: 0,
        reallocations: 0,
        deallocations: 0,
        bytes: 0,
        returned: 0,
    };
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            allocations: self.allocations - earlier.allocations,
            reallocations: self.reallocations - earlier.reallocations,
            deallocations: self.deallocations - earlier.deallocations,
            bytes: self.bytes - earlier.bytes,
            returned: self.returned - earlier.returned,
        }
    }
}

/// Runs `work` and returns how many times it went to the allocator for memory, with its result.
///
/// A reallocation counts as one: a `Vec` that grows twice has allocated three times. For the parts of the sum, use
/// [`measure`]. Calls may be nested, and a panic in `work` passes through.
pub fn allocations<R>(work: impl FnOnce() -> R) -> (usize, R) {
    let (usage, result) = measure(work);
    (usage.allocations + usage.reallocations, result)
}

/// Runs `work` and returns what it asked of the allocator, with its result.
///
/// The result is still alive: what it owns has been allocated and not yet given back.
pub fn measure<R>(work: impl FnOnce() -> R) -> (Usage, R) {
    let before = TALLY.get();
    let result = work();
    (TALLY.get() - before, result)
}

thread_local! {
    // Initialised by a constant and without a destructor, so that the first access on a thread neither allocates
    // (the allocator would call itself) nor registers anything, and access never fails while a thread ends.
    static TALLY: Cell<Usage> = const { Cell::new(Usage::ZERO) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The system's allocator, with a tally.
struct Counting;

impl Counting {
    fn note(&self, change: impl FnOnce(&mut Usage)) {
        let mut usage = TALLY.get();
        change(&mut usage);
        TALLY.set(usage);
    }
}

// SAFETY: every call is passed on to `System` unchanged, and `System` keeps the contract. Counting touches a
// thread-local cell alone: it does not allocate, does not unwind and does not look at the block.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.note(|usage| {
            usage.allocations += 1;
            usage.bytes += layout.size();
        });
        // SAFETY: the caller keeps the contract of `alloc`, which is ours too.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.note(|usage| {
            usage.allocations += 1;
            usage.bytes += layout.size();
        });
        // SAFETY: as for `alloc`. Passed on rather than left to the default, which would write the zeroes itself.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.note(|usage| {
            usage.reallocations += 1;
            usage.bytes += new_size.saturating_sub(layout.size());
            usage.returned += layout.size().saturating_sub(new_size);
        });
        // SAFETY: `block` came from `System` with this layout, since we pass everything on.
        unsafe { System.realloc(block, layout, new_size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.note(|usage| {
            usage.deallocations += 1;
            usage.returned += layout.size();
        });
        // SAFETY: `block` came from `System` with this layout, since we pass everything on.
        unsafe { System.dealloc(block, layout) }
    }
}
