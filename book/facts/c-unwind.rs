//! claim: The ABI `"C-unwind"` lets a panic or a foreign exception cross the boundary.
//! since: 1.71
//! expect: compiles
//! source: https://blog.rust-lang.org/2023/07/13/Rust-1.71.0.html

pub extern "C-unwind" fn checked(input: u32) -> u32 {
    input.checked_add(1).expect("an overflow unwinds into the caller")
}

pub type Callback = extern "C-unwind" fn(u32) -> u32;

pub const CALLBACK: Callback = checked;
