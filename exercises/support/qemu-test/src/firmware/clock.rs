//! The clock: cycles since the boot.
//!
//! The chip's watchdog serves as the clock, since it is the one 32-bit counter of the board whose
//! value QEMU lets us read.

use super::board::{Register, gate};

// SAFETY: registers of the watchdog, which counts and touches no memory.
const LOAD: Register = unsafe { Register::at(0x4000_0000) };
// SAFETY: as above.
const VALUE: Register = unsafe { Register::at(0x4000_0004) };
// SAFETY: as above.
const CONTROL: Register = unsafe { Register::at(0x4000_0008) };

/// Starts it at 0.
pub(crate) fn start() {
    gate::RCGC0.write(gate::RCGC0.read() | 1 << 3);
    LOAD.write(u32::MAX);
    // Real watchdogs count only with their interrupt enabled; the NVIC leaves it at that.
    CONTROL.write(1);
}

/// Cycles of [`CLOCK_HZ`](super::board::CLOCK_HZ) since the boot.
pub fn cycles() -> u32 {
    u32::MAX - VALUE.read()
}
