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

// ANCHOR: likely
#[cold]
#[inline(always)]
fn cold() {}

/// Tells the compiler that `condition` mostly holds, as `std::intrinsics::likely` does on nightly.
#[inline(always)]
fn likely(condition: bool) -> bool {
    if !condition {
        cold();
    }
    condition
}
// ANCHOR_END: likely

// ANCHOR: keep
/// The values that are less than `limit`, in their order.
#[must_use]
pub fn keep_below(values: &[u32], limit: u32) -> Vec<u32> {
    let mut kept = Vec::with_capacity(values.len());
    for &value in values {
        if likely(value < limit) {
            kept.push(value);
        }
    }
    kept
}
// ANCHOR_END: keep

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
    let mut total = 0;
    let (mut number, mut shift) = (0_u64, 0);
    for byte in bytes {
        if shift > 28 {
            return Err(Malformed);
        }
        number |= u64::from(byte & 0x7f) << shift;
        if number > u64::from(u32::MAX) {
            return Err(Malformed);
        }
        if likely(*byte < 0x80) {
            total += number;
            (number, shift) = (0, 0);
        } else {
            shift += 7;
        }
    }
    if shift == 0 {
        Ok(total)
    } else {
        Err(Malformed)
    }
}
