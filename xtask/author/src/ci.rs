//! What CI runs, and how machines share it.

pub mod board;
pub mod packages;
pub mod share;
pub mod steps;
