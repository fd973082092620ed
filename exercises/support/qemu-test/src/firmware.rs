//! The parts of the harness that run on the board.

pub mod board;
pub mod harness;
pub mod irq;
pub mod semihosting;
pub mod sleep;
pub mod time;

mod boot;
mod clock;
mod timer;
mod trap;
