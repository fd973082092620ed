//! The checksum of a record: one byte, sent along with a record so that its reader can notice damage.

/// Returns the sum of all bytes of `record`, modulo 256.
pub fn checksum(record: &[u8]) -> u8 {
    record
        .iter()
        .fold(0, |sum: u8, byte| sum.saturating_add(*byte))
}
