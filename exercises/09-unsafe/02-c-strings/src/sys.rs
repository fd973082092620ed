//! What `src/c/phrasebook.h` declares, in Rust. What it *says* is in its comments, and not in a type.

use std::ffi::{c_char, c_int};

/// There is no such key.
pub const PHRASE_UNKNOWN: c_int = 1;

/// All is well.
pub const PHRASE_OK: c_int = 0;

unsafe extern "C" {
    /// The language of the phrases.
    pub safe fn phrase_language() -> *const c_char;

    /// The phrase of `key`.
    pub unsafe fn phrase_get(key: *const c_char) -> *mut c_char;

    /// The phrase of `key`, with `argument` in the place of its blank.
    pub unsafe fn phrase_fill(
        key: *const c_char,
        argument: *const c_char,
        text: *mut *mut c_char,
        complaint: *mut *mut c_char,
    ) -> c_int;

    /// Takes back a block.
    pub unsafe fn phrase_free(block: *mut c_char);
}
