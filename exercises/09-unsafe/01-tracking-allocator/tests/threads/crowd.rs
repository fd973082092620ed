//! Threads that are certain to get in each other's way.
//!
//! A gap of two instructions is where a race is lost, and a thread is seldom interrupted just there: on a busy machine
//! the threads may even run one after the other. So one of them is interrupted thousands of times a second, by a
//! signal, wherever it is, and sleeps while the others go on.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    ptr,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// How many threads there are, with the one that is interrupted.
pub(super) const THREADS: usize = 4;

/// How often that one is interrupted in one crowd.
const PAUSES: usize = 50;

/// How many crowds a test needs: what one has confused, its last steps may set right again by chance.
pub(super) const CROWDS: usize = 12;

/// Runs `round` over and over on several threads, and returns how many rounds there were.
pub(super) fn in_a_crowd(round: impl Fn() + Sync) -> usize {
    let start = Barrier::new(THREADS);
    let rounds = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    let others = || {
        start.wait();
        while !done.load(Ordering::Relaxed) {
            round();
            rounds.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 1..THREADS {
            scope.spawn(others);
        }
        // Also if a round panics: the others would never end.
        let _stop = Stop(&done);
        start.wait();
        let pauses = signal::pauses();
        let enough = pauses.map_or(0, |count| count.load(Ordering::Relaxed)) + PAUSES;
        for number in 0.. {
            // Where there are no signals, chance must do.
            if pauses.map_or(number >= 2_000, |count| {
                count.load(Ordering::Relaxed) >= enough
            }) {
                break;
            }
            round();
            rounds.fetch_add(1, Ordering::Relaxed);
        }
    });
    rounds.into_inner()
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a [`Roomy`] block really has.
pub(super) const ROOM: Layout = Layout::new::<[u64; 4096]>();

/// An allocator whose blocks are all of one generous size, so that to grow one is no work at all. The threads of a
/// test then spend their time in the tracker, where they are to meet.
pub(super) struct Roomy;

// SAFETY: a block has room for every size up to that of `ROOM`, and more than that is refused.
unsafe impl GlobalAlloc for Roomy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > ROOM.size() || layout.align() > ROOM.align() {
            return ptr::null_mut();
        }
        // SAFETY: the size is not zero.
        unsafe { System.alloc(ROOM) }
    }

    unsafe fn realloc(&self, block: *mut u8, _: Layout, new_size: usize) -> *mut u8 {
        if new_size > ROOM.size() {
            return ptr::null_mut();
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: `alloc` has obtained the block with this layout.
        unsafe { System.dealloc(block, ROOM) }
    }
}

#[cfg(unix)]
mod signal {
    use std::{
        ffi::{c_int, c_uint},
        sync::atomic::{AtomicUsize, Ordering},
    };

    const SIGALRM: c_int = 14;

    unsafe extern "C" {
        safe fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
        safe fn ualarm(microseconds: c_uint, interval: c_uint) -> c_uint;
        safe fn usleep(microseconds: c_uint) -> c_int;
    }

    static COUNT: AtomicUsize = AtomicUsize::new(0);

    /// The main thread of a process is the one that gets its signals. Under nextest, and with one test at a time, the
    /// test runs there.
    extern "C" fn pause(_: c_int) {
        COUNT.fetch_add(1, Ordering::Relaxed);
        usleep(100);
        ualarm(50, 0);
    }

    /// Begins to interrupt this thread, and counts how often that has happened.
    pub(super) fn pauses() -> Option<&'static AtomicUsize> {
        signal(SIGALRM, pause);
        ualarm(50, 0);
        Some(&COUNT)
    }
}

#[cfg(not(unix))]
mod signal {
    use std::sync::atomic::AtomicUsize;

    pub(super) fn pauses() -> Option<&'static AtomicUsize> {
        None
    }
}
