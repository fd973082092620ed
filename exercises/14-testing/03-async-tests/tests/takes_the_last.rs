//! Your tests, against other code that is right: a value that arrives at the very end of a burst belongs to it. What the doc comment leaves open may be decided either way.

#![allow(
    dead_code,
    unused_imports,
    reason = "what the learner's tests use is up to them"
)]

// In this file, the name of the crate stands for the file itself.
extern crate self as testing_async_tests;

#[path = "settling.rs"]
mod settling;
#[path = "right/takes_the_last.rs"]
mod version;

pub use version::{Pace, settled};
