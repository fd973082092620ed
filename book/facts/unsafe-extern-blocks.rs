//! claim: `unsafe extern` blocks exist, and an item in one may be declared `safe`.
//! since: 1.82
//! feature: unsafe_extern_blocks
//! expect: compiles
//! source: https://blog.rust-lang.org/2024/10/17/Rust-1.82.0.html

// SAFETY: the signatures are those of the C standard library; `abs` has no precondition but
// that its result fits, which `magnitude` sees to.
unsafe extern "C" {
    safe fn abs(input: i32) -> i32;
    fn strlen(text: *const std::ffi::c_char) -> usize;
}

pub fn magnitude(input: i16) -> i32 {
    abs(i32::from(input))
}

pub fn length(text: &std::ffi::CStr) -> usize {
    // SAFETY: a `CStr` ends with a NUL.
    unsafe { strlen(text.as_ptr()) }
}
