//! What a program says to the people who use it: a safe interface to a C library.
//!
//! The library is `src/c/phrasebook.c`, and `src/c/phrasebook.h` says who owns what. [`sys`] declares its functions.

use std::{ffi::c_char, fmt, ptr::NonNull};

pub mod sys;

/// A phrase in a block of memory that the C library has allocated.
///
/// It owns the block, and the block goes back to the library, once, when the phrase is dropped. Reading it copies nothing.
/// The library lets any thread read a block and give it back, so a phrase is `Send` and `Sync`. Reading changes nothing in it. It is not `Clone`,
/// unless a clone has a block of its own.
#[derive(Debug)]
pub struct Phrase {
    block: NonNull<c_char>,
}

/// Why there is no phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A key or an argument contains a NUL, where C would take it to end.
    InteriorNul {
        /// The place of the first NUL, in bytes.
        position: usize,
    },
    /// The library has no phrase with this key.
    Unknown,
    /// The phrase is not UTF-8.
    NotUtf8 {
        /// All of its bytes as they are, without the NUL at the end.
        bytes: Vec<u8>,
    },
    /// The library refused for another reason.
    Refused {
        /// What the C function returned.
        status: i32,
        /// What it said about it, if anything.
        complaint: Option<String>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InteriorNul { position } => {
                write!(f, "the text contains a NUL, at byte {position}")
            }
            Self::Unknown => f.write_str("there is no phrase with this key"),
            Self::NotUtf8 { bytes } => {
                write!(f, "the phrase is not UTF-8: {}", bytes.escape_ascii())
            }
            Self::Refused { status, complaint } => match complaint {
                Some(complaint) => write!(f, "status {status}: {complaint}"),
                None => write!(f, "status {status}"),
            },
        }
    }
}

impl std::error::Error for Error {}

impl Phrase {
    /// Asks the library for the phrase of `key`.
    ///
    /// # Errors
    /// [`Error::InteriorNul`], without calling the library; [`Error::Unknown`]; [`Error::NotUtf8`].
    pub fn get(key: &str) -> Result<Self, Error> {
        todo!("ask `sys::phrase_get` for {key:?}")
    }

    /// Asks the library for the phrase of `key` with its blank filled in.
    ///
    /// # Errors
    /// Those of [`Phrase::get`], about a NUL in `key` first and in `argument` second, both without calling the library, and [`Error::Refused`] for every other status than
    /// those that have a variant of their own. What the library made of a text that it refused is dropped.
    pub fn fill(key: &str, argument: &str) -> Result<Self, Error> {
        todo!("ask `sys::phrase_fill` for {key:?} with {argument:?}")
    }

    /// The text, where it lies.
    pub fn as_str(&self) -> &str {
        todo!("the text in the block at {:?}", self.block)
    }
}

/// Has `read` look at the phrase of `key`, where it lies, and returns what that makes of it.
///
/// The block goes back to the library before this function ends, in whichever way it ends. `read` may ask the library for more.
///
/// # Errors
/// Those of [`Phrase::get`]. `read` is not called then.
pub fn with_phrase<R>(key: &str, read: impl FnOnce(&str) -> R) -> Result<R, Error> {
    let _ = read;
    todo!("show the phrase of {key:?}")
}

/// The language of the phrases, as a tag in ASCII such as `en`: the library's own text, no copy.
pub fn language() -> &'static str {
    todo!("ask `sys::phrase_language`")
}
