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
        panic!("too many readings");
    };
    let mut frame = Vec::with_capacity(MAGIC.len() + 4 + 16 * readings.len());
    frame.extend_from_slice(MAGIC);
    frame.extend_from_slice(&count.to_be_bytes());
    for Reading { at, value } in readings {
        frame.extend_from_slice(&at.to_be_bytes());
        frame.extend_from_slice(&value.to_bits().to_be_bytes());
    }
    frame
}

/// The readings in a frame, or nothing if it is no frame, or not a whole one.
pub fn decode(frame: &[u8]) -> Option<Vec<Reading>> {
    let (count, body) = frame.strip_prefix(MAGIC)?.split_first_chunk()?;
    let (pairs, rest) = body.as_chunks::<8>();
    let (readings, half) = pairs.as_chunks::<2>();
    let complete = rest.is_empty() && half.is_empty();
    if !complete || u64::try_from(readings.len()) != Ok(u64::from(u32::from_be_bytes(*count))) {
        return None;
    }
    let readings = readings.iter().map(|[at, value]| Reading {
        at: u64::from_be_bytes(*at),
        value: f64::from_bits(u64::from_be_bytes(*value)),
    });
    Some(readings.collect())
}
