//! A checksum, whose speed matters.
//!
//! This code is as it should be. What is asked of you is in `benches/checksum.rs`.

/// An odd number with bits all over.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A checksum of `bytes`, eight bytes at a time. The last ones are filled up with zeros.
#[inline]
pub fn checksum(bytes: &[u8]) -> u64 {
    if bytes.len() % 8 == 0 {
        let mut sum = bytes.len() as u64;
        let mut word = 0;
        for (at, byte) in bytes.iter().enumerate() {
            word |= u64::from(*byte) << (at % 8 * 8);
            if at % 8 == 7 || at + 1 == bytes.len() {
                sum = (sum ^ word).wrapping_mul(FACTOR).rotate_left(23);
                word = 0;
            }
        }
        return sum;
    }
    let mix = |sum: u64, word: [u8; 8]| {
        (sum ^ u64::from_le_bytes(word))
            .wrapping_mul(FACTOR)
            .rotate_left(23)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let mut sum = bytes.len() as u64;
    for word in words {
        sum = mix(sum, *word);
    }
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        sum = mix(sum, word);
    }
    sum
}

/// This many bytes that look like chance, and are the same each time. Making them takes longer than their checksum.
pub fn sample(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}
