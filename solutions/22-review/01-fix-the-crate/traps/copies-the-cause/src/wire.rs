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
    let mut frame = MAGIC.to_vec();
    frame.extend(count.to_be_bytes());
    for reading in readings {
        frame.extend(reading.at.to_be_bytes());
        frame.extend(reading.value.to_be_bytes());
    }
    frame
}

/// The readings in a frame, or nothing if it is no frame, or not a whole one.
pub fn decode(frame: &[u8]) -> Option<Vec<Reading>> {
    let (count, body) = frame.strip_prefix(MAGIC)?.split_first_chunk()?;
    let (readings, rest) = body.as_chunks::<16>();
    if !rest.is_empty() || u32::try_from(readings.len()) != Ok(u32::from_be_bytes(*count)) {
        return None;
    }
    let readings = readings.iter().map(|bytes| {
        let (at, value) = bytes.split_at(8);
        Reading {
            at: u64::from_be_bytes(at.try_into().expect("8 bytes")),
            value: f64::from_be_bytes(value.try_into().expect("8 bytes")),
        }
    });
    Some(readings.collect())
}
