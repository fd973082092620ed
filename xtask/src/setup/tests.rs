//! Setup over a folder that stands for a machine, and an executor that starts nothing.

mod installing;
pub(crate) mod fake;
mod checking;
