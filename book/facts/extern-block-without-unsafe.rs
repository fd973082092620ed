//! claim: In the 2024 edition, an `extern` block without `unsafe` does not compile.
//! since: not stable
//! expect: error: extern blocks must be unsafe
//! source: https://doc.rust-lang.org/edition-guide/rust-2024/unsafe-extern.html

extern "C" {
    pub fn abs(input: i32) -> i32;
}
