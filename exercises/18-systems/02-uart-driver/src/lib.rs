//! A driver for the PL011 that nobody waits for: the interrupt moves bytes between the device and two rings.
//!
//! Your task is [`Uart`]. [`registers`] is given.

#![no_std]

use core::fmt;

use registers::Registers;

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

/// A UART with room for `RX` received characters and for `TX` bytes to be sent, besides the FIFOs of the device.
///
/// It lives in a `static`: the main program calls [`read`](Self::read) and [`write`](Self::write), and the interrupt's
/// handler calls [`on_interrupt`](Self::on_interrupt), between any two instructions of the former.
pub struct Uart<R, const RX: usize, const TX: usize> {
    // What do main program and handler share, and what keeps them apart?
    registers: R,
}

impl<R: Registers, const RX: usize, const TX: usize> Uart<R, RX, TX> {
    /// Makes a driver. It touches nothing yet.
    pub const fn new(registers: R) -> Self {
        Self { registers }
    }

    /// Sets the device up, whatever it was doing before: 8 bits, no parity, FIFOs, both directions; from now on it
    /// interrupts when there is something to do. What its FIFOs still held is dropped, in either direction. The speed of
    /// the line is set already.
    pub fn start(&self) {
        let _ = &self.registers;
        todo!("off, line control, empty FIFOs, interrupts, on")
    }

    /// Does what the device interrupted for: empties the receive FIFO, and fills the transmit FIFO from the ring.
    ///
    /// When it returns, the cause of the interrupt is gone. It never waits.
    pub fn on_interrupt(&self) {
        todo!("device to ring, ring to device")
    }

    /// Takes bytes to be sent, as many as there is room for, and returns how many those were. It never waits, and what it
    /// has taken is sent without further calls.
    ///
    /// It takes at least `TX` bytes if everything before has been sent.
    pub fn write(&self, bytes: &[u8]) -> usize {
        let _ = bytes;
        todo!("into the ring, and see to it that an interrupt comes")
    }

    /// Takes bytes that were received, as many as `buffer` has room for, and returns how many those were; 0 if there are none
    /// now. It never waits.
    ///
    /// At least `RX` characters that nobody reads are kept. If more come they are lost, the newest first, and so are
    /// those that come while the device itself has no room.
    ///
    /// # Errors
    ///
    /// Errors have a place in the stream. Bytes that came before it are returned first, by a call of their own; then comes the
    /// error, once; after that the bytes that follow. Several characters lost in a row are one
    /// [`ReadError::Overrun`], each damaged character is one [`ReadError::Damaged`].
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let _ = buffer;
        todo!("out of the ring")
    }

    /// Whether everything that was taken has left the device, to the last bit.
    pub fn is_sent(&self) -> bool {
        todo!("nothing in the ring, nothing in the device")
    }
}
