//! Two loops with a branch in each: one that nobody can guess, and one that is guessed right almost always.

use std::error::Error;
use std::fmt;

/// The bytes are no sequence of numbers: they end within one, or one does not fit a `u32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes end within a number, or a number does not fit 32 bits")
    }
}

impl Error for Malformed {}

/// The values that are less than `limit`, in their order.
///
/// What comes next is as unforeseeable as the values are. Whether a value is kept must not be a branch: on random
/// values, the processor guesses wrong for at most one in fifty, whatever the limit, in slices of some hundred values or more.
#[must_use]
pub fn keep_below(values: &[u32], limit: u32) -> Vec<u32> {
    todo!(
        "keep those of {} values that are below {limit}",
        values.len()
    )
}

/// The sum of the numbers in `bytes`.
///
/// A number is one to five bytes with seven bits each, lowest first. The top bit of a byte says that another one follows. So
/// a number below 128 is one byte. Where nearly all of them are, a number costs at most 12 instructions on average.
///
/// # Errors
///
/// [`Malformed`] when the bytes end within a number, or a number does not fit a `u32`. Zeros at a number's upper end
/// are allowed, within its five bytes.
pub fn sum_varints(bytes: &[u8]) -> Result<u64, Malformed> {
    todo!("add up the numbers in {} bytes", bytes.len())
}
