//! The authors' commands, one file each.

pub mod audit;
pub mod ci;
pub mod new;
pub mod trap;
