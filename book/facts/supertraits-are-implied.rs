//! claim: Supertraits are implied, and so is a bound on an associated type, in its declaration or in a where-clause
//!   of the trait: `R: Report` is all that a user writes.
//! since: 1.0
//! expect: compiles
//! source: https://doc.rust-lang.org/reference/items/traits.html#supertraits

use std::fmt::{Debug, Display};

pub trait Report: Debug
where
    Self::Time: Display,
{
    type Line: Display;
    type Time;

    fn line(&self) -> Self::Line;
    fn time(&self) -> Self::Time;
}

pub fn print<R: Report>(report: R) {
    println!("{}: {} from {report:?}", report.time(), report.line());
}
