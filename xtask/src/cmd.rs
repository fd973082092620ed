//! The commands, one file each.

pub mod audit;
pub mod bench;
pub mod book;
pub mod ci;
pub mod doctor;
pub mod grade;
pub mod hint;
pub mod list;
pub mod new;
pub mod reset;
pub mod setup;
pub mod solution;
pub mod trap;
pub mod verify;
pub mod watch;
