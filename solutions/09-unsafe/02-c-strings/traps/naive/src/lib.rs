//! What a program says to the people who use it: an interface to a C library.

use std::{
    ffi::{CStr, CString},
    fmt, ptr,
};

pub mod sys;

/// A phrase.
#[derive(Debug)]
pub struct Phrase {
    text: String,
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
    pub fn get(key: &str) -> Result<Self, Error> {
        let text = with_phrase(key, str::to_owned)?;
        Ok(Self { text })
    }

    /// Asks the library for the phrase of `key` with its blank filled in.
    pub fn fill(key: &str, argument: &str) -> Result<Self, Error> {
        let key = CString::new(key).expect("no NUL in a key");
        let argument = CString::new(argument).expect("no NUL in an argument");
        let (mut text, mut complaint) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: all four pointers are valid.
        let status =
            unsafe { sys::phrase_fill(key.as_ptr(), argument.as_ptr(), &mut text, &mut complaint) };
        match status {
            sys::PHRASE_OK => {
                // SAFETY: the text is there.
                let copy = unsafe { CStr::from_ptr(text).to_string_lossy().into_owned() };
                // SAFETY: the block came from the library.
                unsafe { sys::phrase_free(text) };
                Ok(Self { text: copy })
            }
            sys::PHRASE_UNKNOWN => Err(Error::Unknown),
            status => Err(Error::Refused {
                status,
                complaint: None,
            }),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

// ANCHOR: naive
/// Has `read` look at the phrase of `key`, and returns what that makes of it.
pub fn with_phrase<R>(key: &str, read: impl FnOnce(&str) -> R) -> Result<R, Error> {
    let key = CString::new(key).expect("no NUL in a key");
    // SAFETY: the key is a C string.
    let block = unsafe { sys::phrase_get(key.as_ptr()) };
    if block.is_null() {
        return Err(Error::Unknown);
    }
    // SAFETY: the block is not null.
    let text = unsafe { CStr::from_ptr(block).to_string_lossy() };
    let result = read(&text);
    // SAFETY: the block came from the library.
    unsafe { sys::phrase_free(block) };
    Ok(result)
}
// ANCHOR_END: naive

/// The language of the phrases.
pub fn language() -> &'static str {
    // SAFETY: the library returns a string.
    unsafe { CStr::from_ptr(sys::phrase_language()) }
        .to_str()
        .unwrap_or_default()
}
