//! claim: `std::intrinsics::likely` is not stable, and never will be: intrinsics are the compiler's own.
//! since: not stable
//! feature: core_intrinsics
//! expect: error E0658
//! source: https://doc.rust-lang.org/std/intrinsics/fn.likely.html

pub fn first(bytes: &[u8]) -> Option<u8> {
    if std::intrinsics::likely(!bytes.is_empty()) { Some(bytes[0]) } else { None }
}
