//! The checksum of a record: one byte, sent along with a record so that its reader can notice damage.

/// Returns the sum of all bytes of `record`, modulo 256.
pub fn checksum(record: &[u8]) -> u8 {
    let sum: u64 = record.iter().map(|byte| u64::from(*byte)).sum();
    (sum % u64::from(u8::MAX)) as u8
}
