//! claim: A panic that reaches the edge of a plain `extern "C"` function aborts the process: the other half of
//!   the `c_unwind` feature, which is why the compiler's own table gives this version for both halves.
//! since: 1.81
//! feature: c_unwind
//! expect: compiles
//! source: https://blog.rust-lang.org/2024/09/05/Rust-1.81.0.html

// That it compiles is all that is checked here; the abort happens when it runs.
pub extern "C" fn aborts_on_overflow(input: u32) -> u32 {
    input.checked_add(1).expect("an overflow aborts here")
}
