//! Two loops with a branch in each: one that nobody can guess, and one that is guessed right almost always.

use std::error::Error;
use std::fmt;
use std::hint::cold_path;

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
    let mut kept = vec![0; values.len()];
    let mut length = 0;
    for &value in values {
        // Every value is written. One that is not to be kept is written over by the next, or cut off in the end.
        kept[length] = value;
        length += usize::from(value < limit);
    }
    kept.truncate(length);
    kept
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
    let mut total = 0;
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first < 0x80 {
            total += u64::from(first);
        } else {
            cold_path();
            let number;
            (number, rest) = long(first, tail)?;
            total += u64::from(number);
        }
    }
    Ok(total)
}

/// A number whose first byte says that more follow, and what comes after it.
fn long(first: u8, mut rest: &[u8]) -> Result<(u32, &[u8]), Malformed> {
    let mut number = u32::from(first & 0x7f);
    for shift in [7, 14, 21, 28] {
        let (&byte, tail) = rest.split_first().ok_or(Malformed)?;
        rest = tail;
        let bits = u32::from(byte & 0x7f);
        // Of the fifth byte's bits, four are left: shifted up and down again, the others are gone.
        if (bits << shift) >> shift != bits {
            return Err(Malformed);
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Ok((number, rest));
        }
    }
    Err(Malformed)
}
