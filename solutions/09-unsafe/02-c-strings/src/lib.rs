//! What a program says to the people who use it: a safe interface to a C library.
//!
//! The library is `src/c/phrasebook.c`, and `src/c/phrasebook.h` says who owns what. [`sys`] declares its functions.

use std::{
    ffi::{CStr, CString, NulError, c_char},
    fmt,
    ptr::{self, NonNull},
    slice, str,
};

pub mod sys;

/// A phrase in a block of memory that the C library has allocated.
///
/// It owns the block, and the block goes back to the library, once, when the phrase is dropped. Reading it copies nothing.
/// The library lets any thread read a block and give it back, so a phrase is `Send` and `Sync`. Reading changes nothing in it. It is not `Clone`,
/// unless a clone has a block of its own.
#[derive(Debug)]
pub struct Phrase {
    /// Holds `len` bytes of UTF-8, then a NUL.
    block: Block,
    len: usize,
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

impl From<NulError> for Error {
    fn from(error: NulError) -> Self {
        Self::InteriorNul {
            position: error.nul_position(),
        }
    }
}

impl Phrase {
    /// Asks the library for the phrase of `key`.
    ///
    /// # Errors
    /// [`Error::InteriorNul`], without calling the library; [`Error::Unknown`]; [`Error::NotUtf8`].
    pub fn get(key: &str) -> Result<Self, Error> {
        let key = CString::new(key)?;
        // SAFETY: `key` ends in a NUL and lives to the end of this function. The header says that the result is ours.
        let block = unsafe { Block::new(sys::phrase_get(key.as_ptr())) };
        Self::from_block(block.ok_or(Error::Unknown)?)
    }

    /// Asks the library for the phrase of `key` with its blank filled in.
    ///
    /// # Errors
    /// Those of [`Phrase::get`], about a NUL in `key` first and in `argument` second, both without calling the library, and [`Error::Refused`] for every other status than
    /// those that have a variant of their own. What the library made of a text that it refused is dropped.
    pub fn fill(key: &str, argument: &str) -> Result<Self, Error> {
        let key = CString::new(key)?;
        let argument = CString::new(argument)?;
        let mut text = ptr::null_mut();
        let mut complaint = ptr::null_mut();
        // SAFETY: `key` and `argument` end in a NUL and live to the end of this function, and so do the two places for
        // results, which nobody else uses.
        let status =
            unsafe { sys::phrase_fill(key.as_ptr(), argument.as_ptr(), &mut text, &mut complaint) };
        // Both have an owner before anything is decided.
        // SAFETY: the header says that each is NULL or ours, whatever the status.
        let (text, complaint) = unsafe { (Block::new(text), Block::new(complaint)) };
        match (status, text) {
            (sys::PHRASE_OK, Some(text)) => Self::from_block(text),
            (sys::PHRASE_UNKNOWN, _) => Err(Error::Unknown),
            (status, _) => Err(Error::Refused {
                status,
                complaint: complaint.map(|block| block.as_c_str().to_string_lossy().into_owned()),
            }),
        }
    }

    /// The text, where it lies.
    pub fn as_str(&self) -> &str {
        let start = self.block.0.as_ptr().cast::<u8>();
        // SAFETY: the block holds `len` bytes of UTF-8, nobody writes to it, and it stays for as long as `self`, which the
        // result borrows.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(start, self.len)) }
    }

    fn from_block(block: Block) -> Result<Self, Error> {
        match block.as_c_str().to_str() {
            Ok(text) => {
                let len = text.len();
                Ok(Self { block, len })
            }
            Err(_) => Err(Error::NotUtf8 {
                bytes: block.as_c_str().to_bytes().to_vec(),
            }),
        }
    }
}

/// Has `read` look at the phrase of `key`, where it lies, and returns what that makes of it.
///
/// The block goes back to the library before this function ends, in whichever way it ends. `read` may ask the library for more.
///
/// # Errors
/// Those of [`Phrase::get`]. `read` is not called then.
pub fn with_phrase<R>(key: &str, read: impl FnOnce(&str) -> R) -> Result<R, Error> {
    let phrase = Phrase::get(key)?;
    Ok(read(phrase.as_str()))
}

/// The language of the phrases, as a tag in ASCII such as `en`: the library's own text, no copy.
///
/// # Panics
/// If the library breaks its promise that the tag is ASCII.
pub fn language() -> &'static str {
    // SAFETY: the header says that this is a string, the library's own, which stays as it is until the program ends.
    let language = unsafe { CStr::from_ptr(sys::phrase_language()) };
    language.to_str().expect("a tag in ASCII, says the header")
}

/// A block of the library's, with a string in it, that has been handed to us.
///
/// This is the one place where blocks are given back.
#[derive(Debug)]
struct Block(NonNull<c_char>);

impl Block {
    /// Takes the block over, if there is one.
    ///
    /// # Safety
    /// `block` is NULL, or a block of the library's that holds a string and has no other owner.
    unsafe fn new(block: *mut c_char) -> Option<Self> {
        NonNull::new(block).map(Self)
    }

    fn as_c_str(&self) -> &CStr {
        // SAFETY: the block holds a string, nobody writes to it, and it stays for as long as `self`, which the result borrows.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block is the library's, has no other owner, and is not used after this.
        unsafe { sys::phrase_free(self.0.as_ptr()) }
    }
}

// SAFETY: the header says that any thread may give back any block, and nothing ties a block to the one that asked for it.
unsafe impl Send for Block {}
// SAFETY: through a shared reference, a block is only read, and the header says that any thread may do that.
unsafe impl Sync for Block {}
