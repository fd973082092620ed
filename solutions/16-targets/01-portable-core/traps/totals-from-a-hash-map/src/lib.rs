//! Records of measurements: a name and a value, in the same bytes on every target.
//!
//! Without features this crate needs `core` and nothing else. The feature `alloc` adds what needs an allocator, and
//! `std` adds what needs an operating system. A feature only ever adds: whatever compiles without it compiles with
//! it, and means the same.

#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

use core::fmt;

#[cfg(feature = "alloc")]
pub use self::with_alloc::totals;

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
        match self {
            Self::TooSmall { needed } => write!(f, "the record needs a buffer of {needed} bytes"),
            Self::Truncated => f.write_str("the bytes end within a record"),
            Self::NotText => f.write_str("the record's name is not UTF-8"),
        }
    }
}

impl core::error::Error for Error {}

impl<'a> Record<'a> {
    /// The length of the encoded record, in bytes.
    pub fn encoded_len(&self) -> usize {
        size_of::<u64>() + self.name.len() + size_of::<i32>()
    }

    /// Writes the record to the front of `out` and returns how many bytes that were.
    ///
    /// # Errors
    ///
    /// [`Error::TooSmall`], and `out` is as before.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, Error> {
        let needed = self.encoded_len();
        let mut out = out.get_mut(..needed).ok_or(Error::TooSmall { needed })?;
        // The width of `usize` is the target's business, that of the length is the format's.
        let length = (self.name.len() as u64).to_be_bytes();
        for part in [&length, self.name.as_bytes(), &self.value.to_be_bytes()] {
            let (here, rest) = out.split_at_mut(part.len());
            here.copy_from_slice(part);
            out = rest;
        }
        Ok(needed)
    }

    /// Reads the record at the front of `bytes`, and returns it with the bytes that follow.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] and [`Error::NotText`].
    pub fn decode(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        let (length, bytes) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        // A length that no `usize` holds is longer than what is there, whatever that is.
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| Error::Truncated)?;
        let (name, bytes) = bytes.split_at_checked(length).ok_or(Error::Truncated)?;
        let (value, rest) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let name = str::from_utf8(name).map_err(|_| Error::NotText)?;
        let value = i32::from_be_bytes(*value);
        Ok((Self { name, value }, rest))
    }
}

#[cfg(feature = "alloc")]
mod with_alloc {
    #[cfg(not(feature = "std"))]
    use alloc::collections::BTreeMap as Map;
    use alloc::{vec, vec::Vec};
    #[cfg(feature = "std")]
    use std::collections::HashMap as Map;

    use super::Record;

    impl Record<'_> {
        /// The encoded record.
        pub fn to_vec(&self) -> Vec<u8> {
            let mut bytes = vec![0; self.encoded_len()];
            // The buffer has just the length that is needed.
            let written = self.encode(&mut bytes);
            debug_assert_eq!(written, Ok(bytes.len()));
            bytes
        }
    }

    /// The sum of the values for each name, in the order of the names.
    pub fn totals<'a>(records: impl IntoIterator<Item = Record<'a>>) -> Vec<(&'a str, i64)> {
        let mut sums = Map::new();
        for record in records {
            *sums.entry(record.name).or_default() += i64::from(record.value);
        }
        sums.into_iter().collect()
    }
}

#[cfg(feature = "std")]
mod with_std {
    use std::io;

    use super::{Error, Record};

    impl Record<'_> {
        /// Writes the encoded record.
        ///
        /// # Errors
        ///
        /// Those of `out`.
        pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<()> {
            out.write_all(&self.to_vec())
        }
    }

    /// `Truncated` is of the kind `UnexpectedEof`, the others are `InvalidData`. The error itself lies within: `get_ref` finds it.
    impl From<Error> for io::Error {
        fn from(error: Error) -> Self {
            let kind = match error {
                Error::Truncated => io::ErrorKind::UnexpectedEof,
                Error::TooSmall { .. } | Error::NotText => io::ErrorKind::InvalidData,
            };
            Self::new(kind, error)
        }
    }
}
