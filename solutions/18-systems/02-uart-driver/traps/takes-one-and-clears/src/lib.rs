//! A driver for the PL011 that nobody waits for: the interrupt moves bytes between the device and two rings.

#![no_std]

use core::cell::RefCell;
use core::{fmt, mem};

use cortex_m::interrupt::{Mutex, free};
use registers::{Register, Registers, control, data, flags, interrupts, line};

pub mod registers;

/// The causes that are always listened to. That there is room to send is one only while there is something to send.
const RECEIVING: u32 = interrupts::RECEIVE | interrupts::RECEIVE_TIMEOUT;

/// What makes a character unfit for use.
const DAMAGED: u32 = data::FRAMING | data::PARITY | data::BREAK;

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
    registers: R,
    rings: Mutex<RefCell<Rings<RX, TX>>>,
}

impl<R: Registers, const RX: usize, const TX: usize> Uart<R, RX, TX> {
    /// Makes a driver. It touches nothing yet.
    pub const fn new(registers: R) -> Self {
        let rings = Rings {
            received: Ring::new(0),
            to_send: Ring::new(0),
            lost: false,
        };
        Self {
            registers,
            rings: Mutex::new(RefCell::new(rings)),
        }
    }

    /// Sets the device up, whatever it was doing before: 8 bits, no parity, FIFOs, both directions; from now on it
    /// interrupts when there is something to do. What its FIFOs still held is dropped, in either direction. The speed of
    /// the line is set already.
    pub fn start(&self) {
        let registers = &self.registers;
        registers.write(Register::Control, 0);
        // They may have been on, and full: only a change empties them.
        registers.write(Register::LineControl, line::EIGHT_BITS);
        registers.write(Register::LineControl, line::EIGHT_BITS | line::FIFOS);
        // The handler empties what is in a FIFO. A cause without a character would call it for ever.
        registers.write(Register::InterruptClear, RECEIVING | interrupts::TRANSMIT);
        registers.write(Register::InterruptMask, RECEIVING);
        let on = control::ENABLE | control::TRANSMIT | control::RECEIVE;
        registers.write(Register::Control, on);
    }

    /// Does what the device interrupted for: empties the receive FIFO, and fills the transmit FIFO from the ring.
    ///
    /// When it returns, the cause of the interrupt is gone. It never waits.
    pub fn on_interrupt(&self) {
        self.with(|rings| {
            let causes = self.registers.read(Register::MaskedInterrupts);
            self.registers.write(Register::InterruptClear, causes);
            if causes & RECEIVING != 0 {
                rings.receive(self.registers.read(Register::Data));
            }
            self.send(rings);
        });
    }

    /// Takes bytes to be sent, as many as there is room for, and returns how many those were. It never waits, and what it
    /// has taken is sent without further calls.
    ///
    /// It takes at least `TX` bytes if everything before has been sent.
    pub fn write(&self, bytes: &[u8]) -> usize {
        self.with(|rings| {
            let taken = bytes.iter().take_while(|byte| rings.to_send.push(**byte));
            let taken = taken.count();
            self.send(rings);
            taken
        })
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
        self.with(|rings| {
            let mut count = 0;
            for place in buffer {
                match rings.next() {
                    Some(Ok(byte)) => *place = byte,
                    // Its turn comes with the next call.
                    Some(Err(_)) if count > 0 => break,
                    Some(Err(error)) => {
                        rings.skip(error);
                        return Err(error);
                    }
                    None => break,
                }
                rings.received.pop();
                count += 1;
            }
            Ok(count)
        })
    }

    /// Whether everything that was taken has left the device, to the last bit.
    pub fn is_sent(&self) -> bool {
        self.with(|rings| rings.to_send.first().is_none() && !self.is(flags::BUSY))
    }

    /// Fills the transmit FIFO, and asks for an interrupt if something is left over.
    ///
    /// If so, the FIFO is full, and is bound to become half empty: the interrupt comes. If not, nobody has to be told.
    fn send(&self, rings: &mut Rings<RX, TX>) {
        while !self.is(flags::TRANSMIT_FULL)
            && let Some(byte) = rings.to_send.pop()
        {
            self.registers.write(Register::Data, byte.into());
        }
        let sending = match rings.to_send.first() {
            Some(_) => interrupts::TRANSMIT,
            None => 0,
        };
        self.registers
            .write(Register::InterruptMask, RECEIVING | sending);
    }

    fn is(&self, flag: u32) -> bool {
        self.registers.read(Register::Flags) & flag != 0
    }

    /// Runs `code` with the handler kept out. The handler itself comes through here, too, at next to no cost.
    fn with<T>(&self, code: impl FnOnce(&mut Rings<RX, TX>) -> T) -> T {
        free(|token| code(&mut self.rings.borrow(token).borrow_mut()))
    }
}

/// What main program and handler share.
struct Rings<const RX: usize, const TX: usize> {
    /// Characters as the device gave them, with the bits that tell of errors. [`data::OVERRUN`] stands for both kinds
    /// of loss: characters are missing before this one.
    received: Ring<u32, RX>,
    to_send: Ring<u8, TX>,
    /// Whether characters are missing after the last in the ring.
    lost: bool,
}

impl<const RX: usize, const TX: usize> Rings<RX, TX> {
    fn receive(&mut self, character: u32) {
        let hole = if self.lost { data::OVERRUN } else { 0 };
        self.lost = !self.received.push(character | hole);
    }

    /// What comes next in the stream; it stays where it is.
    fn next(&self) -> Option<Result<u8, ReadError>> {
        match self.received.first() {
            Some(character) if character & data::OVERRUN != 0 => Some(Err(ReadError::Overrun)),
            Some(character) if character & DAMAGED != 0 => Some(Err(ReadError::Damaged)),
            Some(character) => Some(Ok((character & 0xff) as u8)),
            None => self.lost.then_some(Err(ReadError::Overrun)),
        }
    }

    /// Takes what [`next`](Self::next) has complained about out of the stream.
    fn skip(&mut self, error: ReadError) {
        match (error, self.received.first_mut()) {
            (ReadError::Overrun, Some(character)) => *character &= !data::OVERRUN,
            (ReadError::Overrun, None) => drop(mem::take(&mut self.lost)),
            (ReadError::Damaged, _) => drop(self.received.pop()),
        }
    }
}

/// A queue of at most `N`.
struct Ring<T, const N: usize> {
    items: [T; N],
    first: usize,
    count: usize,
}

impl<T: Copy, const N: usize> Ring<T, N> {
    const fn new(filler: T) -> Self {
        Self {
            items: [filler; N],
            first: 0,
            count: 0,
        }
    }

    /// Appends, if there is room. Whether there was.
    fn push(&mut self, item: T) -> bool {
        if self.count == N {
            return false;
        }
        let end = (self.first + self.count) % N;
        if let Some(place) = self.items.get_mut(end) {
            *place = item;
            self.count += 1;
        }
        true
    }

    fn pop(&mut self) -> Option<T> {
        let item = self.first()?;
        self.first = (self.first + 1) % N;
        self.count -= 1;
        Some(item)
    }

    fn first(&self) -> Option<T> {
        let first = self.items.get(self.first).copied();
        first.filter(|_| self.count > 0)
    }

    fn first_mut(&mut self) -> Option<&mut T> {
        let first = self.items.get_mut(self.first);
        first.filter(|_| self.count > 0)
    }
}
