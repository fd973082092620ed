//! A global allocator that knows how much memory a program uses.

use std::alloc::{GlobalAlloc, Layout};

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
}

impl<A> Tracking<A> {
    /// Makes a tracker that has counted nothing yet. It is `const`, since a global allocator lives in a `static`.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }

    /// What has been counted. If other threads use the allocator meanwhile, each number is right for a moment
    /// during the call, though not all for the same one.
    pub fn stats(&self) -> Stats {
        todo!("read the counts")
    }
}

// SAFETY: requests are passed on to `inner` unchanged, and `inner` keeps the contract. (The two methods that are
// missing here have default bodies, which call these two.)
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is ours too.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: `block` came from `inner` with this layout, since everything is passed on.
        unsafe { self.inner.dealloc(block, layout) }
    }
}
