//! The registers of Arm's PL011 UART, as far as this driver needs them.
//!
//! This file is given. Where the registers lie, the firmware says, by implementing [`Registers`].

/// Access to the registers of one UART.
///
/// Each call is one access to the device, which notices: to read [`Register::Data`] takes a character out of the receive
/// FIFO.
pub trait Registers {
    /// Reads a register.
    fn read(&self, register: Register) -> u32;

    /// Writes a register.
    fn write(&self, register: Register, value: u32);
}

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Writing puts a character into the transmit FIFO; if that is full, the character is lost. Reading takes one from the
    /// receive FIFO, with its errors: [`data`]. Both FIFOs hold 16 characters.
    Data,
    /// How full the FIFOs are: [`flags`]. Read only.
    Flags,
    /// How a character looks: [`line`]. To be written while the UART is off.
    LineControl,
    /// On and off: [`control`].
    Control,
    /// Which causes may interrupt: a bit of [`interrupts`] that is 1 lets that one through.
    InterruptMask,
    /// The causes that are there, whether or not they may interrupt. Read only.
    RawInterrupts,
    /// The causes that are there and may interrupt. The interrupt lasts as long as this isn't 0. Read only.
    MaskedInterrupts,
    /// A bit that is written as 1 takes that cause back. Write only.
    InterruptClear,
}

impl Register {
    /// How many bytes from the device's base address it lies.
    pub const fn offset(self) -> usize {
        match self {
            Self::Data => 0x00,
            Self::Flags => 0x18,
            Self::LineControl => 0x2c,
            Self::Control => 0x30,
            Self::InterruptMask => 0x38,
            Self::RawInterrupts => 0x3c,
            Self::MaskedInterrupts => 0x40,
            Self::InterruptClear => 0x44,
        }
    }
}

/// What [`Register::Data`] says of the character that was read, above its 8 bits.
pub mod data {
    /// It had no stop bit where one was due.
    pub const FRAMING: u32 = 1 << 8;
    /// Its parity was wrong.
    pub const PARITY: u32 = 1 << 9;
    /// It isn't a character: the line was held low for longer than one takes.
    pub const BREAK: u32 = 1 << 10;
    /// Characters were lost *before* this one: they came when the receive FIFO was full. This one is right.
    pub const OVERRUN: u32 = 1 << 11;
}

/// The bits of [`Register::Flags`].
pub mod flags {
    /// A character is being sent, or waits to be.
    pub const BUSY: u32 = 1 << 3;
    /// The receive FIFO is empty.
    pub const RECEIVE_EMPTY: u32 = 1 << 4;
    /// The transmit FIFO is full.
    pub const TRANSMIT_FULL: u32 = 1 << 5;
    /// The receive FIFO is full.
    pub const RECEIVE_FULL: u32 = 1 << 6;
    /// The transmit FIFO is empty.
    pub const TRANSMIT_EMPTY: u32 = 1 << 7;
}

/// The bits of [`Register::LineControl`].
pub mod line {
    /// The FIFOs are used. Without this each holds a single character. When it changes, either way, both are empty; no
    /// cause of an interrupt is taken back by that.
    pub const FIFOS: u32 = 1 << 4;
    /// Characters of 8 bits, without parity and with one stop bit.
    pub const EIGHT_BITS: u32 = 3 << 5;
}

/// The bits of [`Register::Control`].
pub mod control {
    /// The UART is on.
    pub const ENABLE: u32 = 1 << 0;
    /// It sends.
    pub const TRANSMIT: u32 = 1 << 8;
    /// It receives.
    pub const RECEIVE: u32 = 1 << 9;
}

/// The causes of an interrupt.
pub mod interrupts {
    /// The receive FIFO has become half full. Over when it has been read until it is less than that.
    pub const RECEIVE: u32 = 1 << 4;
    /// The transmit FIFO has *become* half empty: 8 characters were left as one was sent. A FIFO that has never been fuller
    /// than half doesn't become half empty. Over when it is filled again beyond half.
    pub const TRANSMIT: u32 = 1 << 5;
    /// Something is in the receive FIFO, and nothing has followed for about three characters' time. Over when the
    /// FIFO has been read until it is empty.
    pub const RECEIVE_TIMEOUT: u32 = 1 << 6;
}
