//! claim: A where-clause about anything but `Self` or its associated types is not implied by the trait's bound:
//!   each user of the trait must repeat it.
//! since: not stable
//! expect: error E0277
//! source: https://doc.rust-lang.org/reference/trait-bounds.html#implied-bounds

use std::ops::Add;

pub trait Number: Sized
where
    for<'a> &'a Self: Add<&'a Self, Output = Self>,
{
}

// No arithmetic here at all, and still `where for<'a> &'a N: Add<&'a N, Output = N>` is missing.
pub fn larger<N: Number + PartialOrd>(a: N, b: N) -> N {
    if a > b { a } else { b }
}
