//! The checksum that ends a frame. It is given: there is nothing to do here.

/// The CRC-32 of some pieces of memory, as if they lay one behind the other.
///
/// This is the CRC of Ethernet and of zip files (polynomial `0x04C11DB7`, reflected, as in ISO/IEC/IEEE 8802-3). The CRC of the nine
/// bytes `123456789` is `0xCBF43926`.
pub fn crc32(pieces: &[&[u8]]) -> u32 {
    let bytes = pieces.iter().copied().flatten();
    !bytes.fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}
