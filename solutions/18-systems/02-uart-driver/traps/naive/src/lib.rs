//! A driver for the PL011 that nobody waits for: the interrupt moves bytes between the device and two rings.

#![no_std]

use core::fmt;

use registers::{Register, Registers, control, flags, line};

pub mod registers;

/// Why there is no byte at this place of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// One or more characters came here and were lost, for want of room in the device or in the ring.
    Overrun,
    /// A character came here that cannot be trusted: a framing or parity error, or a break.
    Damaged,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overrun => "characters were lost",
            Self::Damaged => "a character was damaged",
        })
    }
}

impl core::error::Error for ReadError {}

/// A UART.
pub struct Uart<R, const RX: usize, const TX: usize> {
    registers: R,
}

impl<R: Registers, const RX: usize, const TX: usize> Uart<R, RX, TX> {
    /// Makes a driver.
    pub const fn new(registers: R) -> Self {
        Self { registers }
    }

    /// Sets the device up.
    pub fn start(&self) {
        self.registers.write(Register::Control, 0);
        let look = line::EIGHT_BITS | line::FIFOS;
        self.registers.write(Register::LineControl, look);
        let on = control::ENABLE | control::TRANSMIT | control::RECEIVE;
        self.registers.write(Register::Control, on);
    }

    /// Does what the device interrupted for: nothing, since it never does.
    pub fn on_interrupt(&self) {}

    // ANCHOR: polled
    /// Sends bytes, and returns how many those were.
    pub fn write(&self, bytes: &[u8]) -> usize {
        for &byte in bytes {
            while self.is(flags::TRANSMIT_FULL) {}
            self.registers.write(Register::Data, byte.into());
        }
        bytes.len()
    }

    /// Takes bytes that were received, as many as there are and `buffer` has room for.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut count = 0;
        for place in buffer {
            if self.is(flags::RECEIVE_EMPTY) {
                break;
            }
            *place = self.registers.read(Register::Data) as u8;
            count += 1;
        }
        Ok(count)
    }
    // ANCHOR_END: polled

    /// Whether everything that was taken has left the device.
    pub fn is_sent(&self) -> bool {
        !self.is(flags::BUSY)
    }

    fn is(&self, flag: u32) -> bool {
        self.registers.read(Register::Flags) & flag != 0
    }
}
