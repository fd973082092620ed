//! What is counted, one request at a time. The tracker is not the program's allocator here: the tests call it
//! themselves, and a recorder inside of it writes down what arrives.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::{Cell, RefCell},
    ptr,
};

use unsafe_tracking_allocator::{Stats, Tracking};

/// A request that has reached the allocator inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Alloc(Layout),
    Zeroed(Layout),
    Realloc(Layout, usize),
    Dealloc(Layout),
}

#[derive(Default)]
struct Journal {
    requests: RefCell<Vec<Request>>,
    /// Whether there is no memory any more.
    exhausted: Cell<bool>,
}

impl Journal {
    /// What has arrived since this was last asked.
    fn take(&self) -> Vec<Request> {
        self.requests.take()
    }
}

/// The system's allocator, with a journal.
struct Recorder<'a>(&'a Journal);

impl Recorder<'_> {
    fn serve(&self, request: Request, serve: impl FnOnce() -> *mut u8) -> *mut u8 {
        self.0.requests.borrow_mut().push(request);
        if self.0.exhausted.get() {
            ptr::null_mut()
        } else {
            serve()
        }
    }
}

// SAFETY: every request is served by `System` unchanged, or refused.
unsafe impl GlobalAlloc for Recorder<'_> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        self.serve(Request::Alloc(layout), || unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.serve(Request::Zeroed(layout), || {
            // SAFETY: the caller keeps the contract.
            unsafe { System.alloc_zeroed(layout) }
        })
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.serve(Request::Realloc(layout, new_size), || {
            // SAFETY: the caller keeps the contract.
            unsafe { System.realloc(block, layout, new_size) }
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.0.requests.borrow_mut().push(Request::Dealloc(layout));
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

fn bytes(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a small layout")
}

/// One block does what its owner says: it is counted from the moment when it is handed out, and no longer once it is
/// given back. Calls are counted as well, since many small blocks cost more than few large ones.
#[test]
fn counts_a_block_while_it_lives() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    assert_eq!(tracker.stats(), Stats::default(), "before any request");

    // SAFETY: the layout's size is not zero, and the block goes back to where it came from, with its layout.
    unsafe {
        let block = tracker.alloc(bytes(100));
        let handed_out = Stats {
            live_bytes: 100,
            peak_bytes: 100,
            allocations: 1,
            ..Stats::default()
        };
        assert_eq!(tracker.stats(), handed_out, "after one block of 100 bytes");

        tracker.dealloc(block, bytes(100));
        let given_back = Stats {
            live_bytes: 0,
            deallocations: 1,
            ..handed_out
        };
        assert_eq!(tracker.stats(), given_back, "after it was given back");
    }
}

/// The peak is what a machine must have. It is not the sum of all requests, and not the level now.
#[test]
fn the_peak_is_the_highest_level() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    let level = || (tracker.stats().live_bytes, tracker.stats().peak_bytes);

    // SAFETY: no layout's size is zero, and each block goes back to where it came from, with its layout.
    unsafe {
        let first = tracker.alloc(bytes(100));
        let second = tracker.alloc(bytes(200));
        assert_eq!(level(), (300, 300), "(live, peak) with 100 + 200 bytes");
        tracker.dealloc(first, bytes(100));
        assert_eq!(level(), (200, 300), "(live, peak) once 100 went back");
        let third = tracker.alloc(bytes(50));
        assert_eq!(level(), (250, 300), "(live, peak) with 200 + 50 bytes");
        let fourth = tracker.alloc(bytes(150));
        assert_eq!(
            level(),
            (400, 400),
            "(live, peak) with 200 + 50 + 150 bytes"
        );
        tracker.dealloc(second, bytes(200));
        tracker.dealloc(third, bytes(50));
        tracker.dealloc(fourth, bytes(150));
        assert_eq!(level(), (0, 400), "(live, peak) once everything went back");
    }
}

/// `vec![0; n]` asks for zeroed memory, and gets it without a write from a system that has fresh pages. The default body of
/// `alloc_zeroed` writes the zeroes itself. It is the same answer, at the cost of touching each page.
#[test]
fn zeroed_memory_is_counted_and_not_zeroed_by_hand() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    // SAFETY: the layout's size is not zero, and the block goes back to where it came from, with its layout.
    unsafe {
        let block = tracker.alloc_zeroed(bytes(4096));
        assert_eq!(
            journal.take(),
            [Request::Zeroed(bytes(4096))],
            "one `alloc_zeroed` of the tracker should be one `alloc_zeroed` of the allocator inside"
        );
        let handed_out = Stats {
            live_bytes: 4096,
            peak_bytes: 4096,
            allocations: 1,
            ..Stats::default()
        };
        assert_eq!(tracker.stats(), handed_out, "after 4096 zeroed bytes");
        tracker.dealloc(block, bytes(4096));
        assert_eq!(
            tracker.stats().live_bytes,
            0,
            "live bytes, once they went back"
        );
    }
}

/// A `Vec` that grows asks to have its block grown, which often needs no copy. The default body of `realloc` always
/// makes a second block and copies, so for a moment both are alive: slower, and a peak that no program asked for.
#[test]
fn a_block_that_grows_is_counted_once() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    // SAFETY: no size is zero, and the block comes with the layout that it has at that time.
    unsafe {
        let block = tracker.alloc(bytes(100));
        journal.take();
        let block = tracker.realloc(block, bytes(100), 300);
        assert_eq!(
            journal.take(),
            [Request::Realloc(bytes(100), 300)],
            "one `realloc` of the tracker should be one `realloc` of the allocator inside"
        );
        let grown = Stats {
            live_bytes: 300,
            peak_bytes: 300,
            allocations: 1,
            reallocations: 1,
            deallocations: 0,
        };
        assert_eq!(
            tracker.stats(),
            grown,
            "after a block of 100 bytes has grown to 300"
        );
        tracker.dealloc(block, bytes(300));
    }
    assert_eq!(
        tracker.stats().live_bytes,
        0,
        "live bytes, once the grown block went back"
    );
}

/// Shrinking is the other direction of the same request. An unsigned difference is waiting there to underflow.
#[test]
fn a_block_that_shrinks_gives_the_rest_back() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    // SAFETY: no size is zero, and the block comes with the layout that it has at that time.
    unsafe {
        let block = tracker.alloc(bytes(300));
        let block = tracker.realloc(block, bytes(300), 40);
        let shrunk = Stats {
            live_bytes: 40,
            peak_bytes: 300,
            allocations: 1,
            reallocations: 1,
            deallocations: 0,
        };
        assert_eq!(
            tracker.stats(),
            shrunk,
            "after a block of 300 bytes has shrunk to 40"
        );
        tracker.dealloc(block, bytes(40));
    }
    assert_eq!(
        tracker.stats().live_bytes,
        0,
        "live bytes, once the rest went back"
    );
}

/// An allocator may say no: it returns null. Nothing was handed out then, and nothing was freed: after a refused
/// `realloc` the old block is as alive as before. And a peak raised by what nobody got would send people to
/// buy memory.
#[test]
fn a_refused_request_counts_nothing() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    // SAFETY: no size is zero, and the block comes with the layout that it has at that time.
    unsafe {
        let block = tracker.alloc(bytes(100));
        let before = tracker.stats();

        journal.exhausted.set(true);
        assert!(tracker.alloc(bytes(500)).is_null(), "null is passed on");
        assert_eq!(tracker.stats(), before, "after an `alloc` that was refused");
        assert!(tracker.alloc_zeroed(bytes(500)).is_null());
        assert_eq!(
            tracker.stats(),
            before,
            "after an `alloc_zeroed` that was refused"
        );
        assert!(tracker.realloc(block, bytes(100), 500).is_null());
        assert_eq!(
            tracker.stats(),
            before,
            "after a `realloc` that was refused"
        );

        tracker.dealloc(block, bytes(100));
    }
    assert_eq!(tracker.stats().live_bytes, 0, "live bytes, at the end");
}

/// A layout is a size and an alignment, and who asked for 64 relies on it: a vector register or a DMA engine will not
/// take another address.
#[test]
fn requests_arrive_as_they_were_made() {
    let journal = Journal::default();
    let tracker = Tracking::new(Recorder(&journal));
    let wide = Layout::from_size_align(24, 64).expect("a small layout");
    let wider = Layout::from_size_align(48, 64).expect("a small layout");
    // SAFETY: no size is zero, and the block comes with the layout that it has at that time.
    unsafe {
        let block = tracker.alloc(wide);
        assert_eq!(block.addr() % 64, 0, "a block that should be aligned to 64");
        let block = tracker.realloc(block, wide, 48);
        assert_eq!(block.addr() % 64, 0, "a block that should be aligned to 64");
        tracker.dealloc(block, wider);
    }
    assert_eq!(
        journal.take(),
        [
            Request::Alloc(wide),
            Request::Realloc(wide, 48),
            Request::Dealloc(wider)
        ],
        "what arrived at the allocator inside"
    );
    assert_eq!(
        tracker.stats().peak_bytes,
        48,
        "the size, not the alignment"
    );
}

/// A program may track an arena and its heap apart. Counts in a `static` beside the type would add them up.
#[test]
fn each_tracker_counts_for_itself() {
    let journal = Journal::default();
    let (one, other) = (
        Tracking::new(Recorder(&journal)),
        Tracking::new(Recorder(&journal)),
    );
    // SAFETY: the layout's size is not zero, and the block goes back to where it came from, with its layout.
    unsafe {
        let block = one.alloc(bytes(100));
        assert_eq!(
            (one.stats().live_bytes, other.stats()),
            (100, Stats::default()),
            "100 bytes came from the first tracker, and none from the second"
        );
        one.dealloc(block, bytes(100));
    }
}
