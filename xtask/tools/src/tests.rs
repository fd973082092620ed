//! Setup over a folder that stands for a machine, and an executor that starts nothing.

mod checking;
pub(crate) mod fake;
mod installing;
mod ladder;
