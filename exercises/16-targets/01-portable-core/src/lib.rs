//! Records of measurements: a name and a value, in the same bytes on every target.
//!
//! Without features this crate needs `core` and nothing else. The feature `alloc` adds what needs an allocator, and
//! `std` adds what needs an operating system. A feature only ever adds: whatever compiles without it compiles with
//! it, and means the same.

#![no_std]

use core::fmt;

/// A measurement.
///
/// Encoded, it is: the length of `name` in bytes, as an unsigned number of 64 bits; `name`, in UTF-8; and `value`, as
/// a signed number of 32 bits. Both numbers begin with their highest byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// What was measured.
    pub name: &'a str,
    /// How much, in thousandths.
    pub value: i32,
}

/// Why a record could not be encoded or decoded. It implements [`core::error::Error`], with every set of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The buffer is shorter than the encoded record. Its text names `needed`.
    TooSmall {
        /// The length of the encoded record, in bytes.
        needed: usize,
    },
    /// The bytes end within a record. That includes a record that is longer than memory could be.
    Truncated,
    /// The name is not UTF-8.
    NotText,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("say what {self:?} means, in words: {}", f.alternate())
    }
}

impl<'a> Record<'a> {
    /// The length of the encoded record, in bytes.
    pub fn encoded_len(&self) -> usize {
        todo!("count the bytes of {:?}", self.name)
    }

    /// Writes the record to the front of `out` and returns how many bytes that were.
    ///
    /// # Errors
    ///
    /// [`Error::TooSmall`], and `out` is as before.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, Error> {
        todo!("encode {:?} to {} bytes", self.name, out.len())
    }

    /// Reads the record at the front of `bytes`, and returns it with the bytes that follow.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] and [`Error::NotText`].
    pub fn decode(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        todo!("decode {} bytes", bytes.len())
    }
}

// With `alloc`:
//
//     impl Record<'_> {
//         /// The encoded record.
//         pub fn to_vec(&self) -> Vec<u8>
//     }
//
//     /// The sum of the values for each name, in the order of the names.
//     pub fn totals<'a>(records: impl IntoIterator<Item = Record<'a>>) -> Vec<(&'a str, i64)>
//
// With `std`:
//
//     impl Record<'_> {
//         /// Writes the encoded record.
//         ///
//         /// # Errors
//         ///
//         /// Those of `out`.
//         pub fn write_to(&self, out: &mut impl std::io::Write) -> std::io::Result<()>
//     }
//
//     /// `Truncated` is of the kind `UnexpectedEof`, the others are `InvalidData`. The error itself lies within: `get_ref` finds it.
//     impl From<Error> for std::io::Error
