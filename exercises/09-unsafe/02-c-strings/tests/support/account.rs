//! The C library's own account of its blocks.

use std::ffi::{c_int, c_void};

unsafe extern "C" {
    safe fn phrase_blocks_made() -> usize;
    safe fn phrase_blocks_live() -> usize;
    safe fn phrase_wrong_frees() -> usize;
    /// The address is compared, and not followed.
    safe fn phrase_is_block(address: *const c_void) -> c_int;
}

/// How many blocks were handed out so far.
pub fn made() -> usize {
    phrase_blocks_made()
}

/// How many of them have not come back.
pub fn live() -> usize {
    phrase_blocks_live()
}

/// Whether this text begins where a block of the library's begins.
pub fn is_block(text: &str) -> bool {
    phrase_is_block(text.as_ptr().cast()) != 0
}

/// Requires that `blocks` were handed out in all, and that each came back once.
#[track_caller]
pub fn settled(after: &str, blocks: usize) {
    assert_eq!(
        phrase_wrong_frees(),
        0,
        "{after}: calls of `phrase_free` with something that is not, or no longer, a block of the library's"
    );
    assert_eq!(
        live(),
        0,
        "{after}: blocks that the library has handed out and not got back"
    );
    assert_eq!(
        made(),
        blocks,
        "{after}: blocks that the library has handed out in all"
    );
}
