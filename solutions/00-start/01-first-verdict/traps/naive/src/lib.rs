//! The checksum of a record: one byte, sent along with a record so that its reader can notice damage.

/// Returns the sum of all bytes of `record`, modulo 256.
// ANCHOR: naive
pub fn checksum(record: &[u8]) -> u8 {
    let mut sum = 0;
    for byte in record {
        sum += byte;
    }
    sum
}
// ANCHOR_END: naive
