//! Your laws, against other code that is right: it adds the terms of a sum from the last to the first. Whole numbers add up to the same in any order.

#![allow(
    dead_code,
    unused_imports,
    reason = "what the learner's tests use is up to them"
)]

// In this file, the name of the crate stands for the file itself.
extern crate self as testing_properties;

#[path = "laws.rs"]
mod laws;
#[path = "right/adds_backwards.rs"]
mod version;

pub use version::{Matrix, ShapeError};
