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
    let count = u32::try_from(readings.len()).expect("too many readings");
    let head = [MAGIC, &count.to_be_bytes()].concat();
    let body = readings
        .iter()
        .flat_map(|reading| [reading.at.to_be_bytes(), reading.value.to_be_bytes()]);
    head.into_iter().chain(body.flatten()).collect()
}

/// The readings in a frame, or nothing if it is no frame, or not a whole one.
pub fn decode(frame: &[u8]) -> Option<Vec<Reading>> {
    let (count, mut body) = frame.strip_prefix(MAGIC)?.split_first_chunk()?;
    let mut readings = Vec::with_capacity(u32::from_be_bytes(*count) as usize);
    while let Some((at, rest)) = body.split_first_chunk() {
        let (value, rest) = rest.split_first_chunk()?;
        readings.push(Reading {
            at: u64::from_be_bytes(*at),
            value: f64::from_be_bytes(*value),
        });
        body = rest;
    }
    let whole = body.is_empty() && u32::try_from(readings.len()) == Ok(u32::from_be_bytes(*count));
    whole.then_some(readings)
}
