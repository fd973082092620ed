//! The commands, one file each.

pub mod bench;
pub mod hint;
pub mod list;
pub mod reset;
pub mod solution;
pub mod verify;
