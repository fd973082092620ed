//! Readings on their way from one machine to another.
//!
//! A frame consists of the two letters `RD`, the number of readings in 4 bytes, and for each reading 8 bytes for
//! [`Reading::at`] and 8 bytes for [`Reading::value`] as IEEE 754 has it. All numbers have their most significant byte first.

use crate::series::Reading;

const MAGIC: &[u8] = b"RD";

/// The frame with these readings.
///
/// # Panics
/// With more than `u32::MAX` readings.
pub fn encode(readings: &[Reading]) -> Vec<u8> {
    let Ok(count) = u32::try_from(readings.len()) else {
        panic!("{} readings are too many for a frame", readings.len());
    };
    let body = readings.iter().flat_map(|Reading { at, value }| {
        let numbers = [*at, value.to_bits()];
        numbers.into_iter().flat_map(u64::to_be_bytes)
    });
    MAGIC
        .iter()
        .copied()
        .chain(count.to_be_bytes())
        .chain(body)
        .collect()
}

/// The readings in a frame, or nothing if it is no frame, or not a whole one.
pub fn decode(frame: &[u8]) -> Option<Vec<Reading>> {
    let (head, mut rest) = frame.split_at_checked(6)?;
    let count = match head {
        [b'R', b'D', a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => return None,
    };
    if rest.len() as u64 != u64::from(count) * 16 {
        return None;
    }
    let mut readings = Vec::new();
    let mut number = || {
        let (first, behind) = rest.split_first_chunk::<8>()?;
        rest = behind;
        Some(u64::from_be_bytes(*first))
    };
    while let Some(at) = number() {
        readings.push(Reading {
            at,
            value: f64::from_bits(number()?),
        });
    }
    Some(readings)
}
