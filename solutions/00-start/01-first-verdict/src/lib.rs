//! The checksum of a record: one byte, sent along with a record so that its reader can notice damage.

/// Returns the sum of all bytes of `record`, modulo 256.
///
/// The sum of `[1, 2, 3]` is 6. The sum of `[200, 100]` is 300, which is 44 modulo 256. The sum of an
/// empty record is 0. There is no record for which this function panics.
pub fn checksum(record: &[u8]) -> u8 {
    record.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}
