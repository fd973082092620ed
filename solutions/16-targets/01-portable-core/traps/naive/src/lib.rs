//! Records of measurements: a name and a value, in the same bytes on every target.

#![cfg_attr(target_os = "none", no_std)]

use core::fmt;

/// A measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// What was measured.
    pub name: &'a str,
    /// How much, in thousandths.
    pub value: i32,
}

/// Why a record could not be encoded or decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The buffer is shorter than the encoded record. Its text names `needed`.
    TooSmall {
        /// The length of the encoded record, in bytes.
        needed: usize,
    },
    /// The bytes end within a record.
    Truncated,
    /// The name is not UTF-8.
    NotText,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

#[cfg(not(target_os = "none"))]
impl std::error::Error for Error {}

// ANCHOR: naive
impl<'a> Record<'a> {
    /// The length of the encoded record, in bytes.
    pub fn encoded_len(&self) -> usize {
        size_of::<usize>() + self.name.len() + size_of::<i32>()
    }

    /// Writes the record to the front of `out`.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, Error> {
        let needed = self.encoded_len();
        let out = out.get_mut(..needed).ok_or(Error::TooSmall { needed })?;
        let (length, out) = out.split_at_mut(size_of::<usize>());
        length.copy_from_slice(&self.name.len().to_be_bytes());
        let (name, value) = out.split_at_mut(self.name.len());
        name.copy_from_slice(self.name.as_bytes());
        value.copy_from_slice(&self.value.to_be_bytes());
        Ok(needed)
    }

    /// Reads the record at the front of `bytes`.
    pub fn decode(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        let (length, bytes) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let length = usize::from_be_bytes(*length);
        let (name, bytes) = bytes.split_at_checked(length).ok_or(Error::Truncated)?;
        let (value, rest) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let name = str::from_utf8(name).map_err(|_| Error::NotText)?;
        Ok((
            Self {
                name,
                value: i32::from_be_bytes(*value),
            },
            rest,
        ))
    }

    /// The encoded record.
    #[cfg(not(target_os = "none"))]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.encoded_len()];
        self.encode(&mut bytes).expect("it has the right length");
        bytes
    }
}
// ANCHOR_END: naive
