//! Setup over a folder that stands for a machine, and an executor that starts nothing.

pub(crate) mod fake;
mod bringing;
mod looking;
