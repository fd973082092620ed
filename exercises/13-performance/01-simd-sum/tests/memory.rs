//! What a sum may touch: the slice, and nothing beside it.

#![cfg(unix)]

use performance_simd_sum::Cpu;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::{c_int, c_void};

unsafe extern "C" {
    fn mprotect(address: *mut c_void, length: usize, protection: c_int) -> c_int;
}

const NONE: c_int = 0;
const READ_AND_WRITE: c_int = 1 | 2;

/// A multiple of every page size in use.
const PAGE: usize = 1 << 16;

/// A page of floats between two pages that nobody may touch.
struct Fenced {
    start: *mut u8,
}

impl Fenced {
    const LAYOUT: Layout = match Layout::from_size_align(3 * PAGE, PAGE) {
        Ok(layout) => layout,
        Err(_) => panic!("the size of a page is a power of two"),
    };

    fn new() -> Self {
        // SAFETY: the layout's size isn't zero.
        let start = unsafe { alloc_zeroed(Self::LAYOUT) };
        assert!(!start.is_null(), "out of memory");
        let fenced = Self { start };
        fenced.protect(NONE);
        fenced
    }

    fn protect(&self, protection: c_int) {
        for page in [0, 2] {
            // SAFETY: the page lies in the allocation, which nobody else uses, and starts at a page's boundary.
            let result = unsafe { mprotect(self.start.add(page * PAGE).cast(), PAGE, protection) };
            assert_eq!(result, 0, "mprotect: {}", std::io::Error::last_os_error());
        }
    }

    fn floats(&mut self) -> &mut [f32] {
        // SAFETY: the middle page is readable, writable, zeroed and aligned, and borrowed from `self`.
        unsafe {
            std::slice::from_raw_parts_mut(self.start.add(PAGE).cast(), PAGE / size_of::<f32>())
        }
    }
}

impl Drop for Fenced {
    fn drop(&mut self) {
        self.protect(READ_AND_WRITE);
        // SAFETY: `start` came from the allocator with this layout.
        unsafe { dealloc(self.start, Self::LAYOUT) };
    }
}

#[test]
fn reads_nothing_beside_the_slice() {
    // A load of eight floats where three are left reads past the end. It is undefined behaviour even if the surplus is
    // masked out, and it ends the program if the next page isn't there. Here it never is: neither after the
    // slices that end where the page ends, nor before those that start where it starts.
    eprintln!("if this test ends with SIGSEGV or SIGBUS, the sum has read beside its slice");
    let mut fenced = Fenced::new();
    let floats = fenced.floats();
    floats.fill(1.0);
    for cpu in [Cpu::baseline(), Cpu::detect()] {
        for length in 0..=100 {
            let last = &floats[floats.len() - length..];
            assert_eq!(
                cpu.sum(last),
                length as f32,
                "{cpu:?}, the last {length} of a page"
            );
            let first = &floats[..length];
            assert_eq!(
                cpu.sum(first),
                length as f32,
                "{cpu:?}, the first {length} of a page"
            );
        }
    }
}
