//! Setup over a folder that stands for a machine, and an executor that starts nothing.

mod bringing;
pub(crate) mod fake;
mod looking;
