//! claim: `std::hint::cold_path()` marks a branch as unlikely.
//! since: 1.95
//! feature: cold_path
//! expect: compiles
//! source: https://doc.rust-lang.org/std/hint/fn.cold_path.html

use std::hint::cold_path;

pub fn sum(bytes: &[u8]) -> Option<u8> {
    let mut sum = 0_u8;
    for byte in bytes {
        match sum.checked_add(*byte) {
            Some(next) => sum = next,
            None => {
                cold_path();
                return None;
            }
        }
    }
    Some(sum)
}
