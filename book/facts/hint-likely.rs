//! claim: `std::hint::likely` is not stable either. `cold_path` is.
//! since: not stable
//! feature: likely_unlikely
//! expect: error E0658
//! source: https://doc.rust-lang.org/std/hint/fn.likely.html

pub fn first(bytes: &[u8]) -> Option<u8> {
    if std::hint::likely(!bytes.is_empty()) { Some(bytes[0]) } else { None }
}
