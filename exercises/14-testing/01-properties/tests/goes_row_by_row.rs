//! Your laws, against other code that is right: it goes through the right operand row by row, and adds to the elements of the product in turn. Whole numbers add up to the same in any order.

#![allow(
    dead_code,
    unused_imports,
    reason = "what the learner's tests use is up to them"
)]

// In this file, the name of the crate stands for the file itself.
extern crate self as testing_properties;

#[path = "laws.rs"]
mod laws;
#[path = "right/goes_row_by_row.rs"]
mod version;

pub use version::{Matrix, ShapeError};
