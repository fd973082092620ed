//! What goes over the line: whole texts out, and numbered characters in.

use cortex_m::interrupt::free;
use systems_uart_driver::registers::Registers;
use systems_uart_driver::{ReadError, Uart};

/// Sleeps until `ready`. Whatever interrupts is handled meanwhile.
pub(crate) fn sleep_until(mut ready: impl FnMut() -> bool) {
    let mut done = false;
    while !done {
        // Masked: what comes between the look and the sleep must end the sleep.
        free(|_| {
            done = ready();
            if !done {
                cortex_m::asm::wfi();
            }
        });
    }
}

/// Writes all of it, asleep while there is no room.
pub(crate) fn write_all<R: Registers, const RX: usize, const TX: usize>(
    uart: &Uart<R, RX, TX>,
    mut bytes: &[u8],
) {
    while !bytes.is_empty() {
        sleep_until(|| {
            let count = uart.write(bytes);
            bytes = &bytes[count..];
            count > 0
        });
    }
}

/// Reads a stream of numbered characters, and checks that what is missing is told of, where it is missing.
#[derive(Debug, Default)]
pub(crate) struct Numbered {
    /// The number that comes next if none is lost.
    pub(crate) next: u8,
    /// How many bytes came.
    pub(crate) bytes: u32,
    /// How often an overrun was told.
    pub(crate) overruns: u32,
    /// How many bytes came before the first of them.
    pub(crate) before_overrun: u32,
    after_overrun: bool,
}

impl Numbered {
    /// Reads all that is there now.
    pub(crate) fn read<R: Registers, const RX: usize, const TX: usize>(
        &mut self,
        uart: &Uart<R, RX, TX>,
    ) {
        let mut buffer = [0; 7];
        loop {
            match uart.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => buffer[..count].iter().for_each(|&byte| self.byte(byte)),
                Err(ReadError::Overrun) => {
                    assert!(
                        !self.after_overrun,
                        "one overrun before number {} was told twice",
                        self.next
                    );
                    if self.overruns == 0 {
                        self.before_overrun = self.bytes;
                    }
                    self.after_overrun = true;
                    self.overruns += 1;
                }
                Err(ReadError::Damaged) => panic!(
                    "no character was damaged, but one after {} is said to be",
                    self.next
                ),
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        if core::mem::take(&mut self.after_overrun) {
            assert!(
                byte > self.next,
                "an overrun was told before number {byte}, but none is missing between it and the one before: the loss \
                 is elsewhere",
            );
        } else {
            assert_eq!(
                byte,
                self.next,
                "the characters are numbered; after number {} came",
                self.next.wrapping_sub(1)
            );
        }
        self.next = byte + 1;
        self.bytes += 1;
    }
}
