//! The chip's general-purpose timers, as 32-bit counters.

use super::board::{Register, gate};

/// One of the timers, 0 to 3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer {
    number: usize,
}

/// The bit of a timeout in the interrupt registers.
const TIMEOUT: u32 = 1;

impl Timer {
    pub(crate) const fn new(number: usize) -> Self {
        assert!(number < 4);
        Self { number }
    }

    /// The number of its interrupt.
    pub(crate) const fn irq(self) -> u32 {
        [19, 21, 23, 35][self.number]
    }

    const fn register(self, offset: usize) -> Register {
        // SAFETY: a register of a timer, which counts and touches no memory.
        unsafe { Register::at(0x4003_0000 + 0x1000 * self.number + offset) }
    }

    /// Starts it afresh, without an interrupt, to time out once.
    pub(crate) fn once(self, cycles: u32) {
        self.start(1, cycles);
    }

    /// Starts it afresh, without an interrupt, to time out again and again.
    pub(crate) fn periodic(self, cycles: u32) {
        self.start(2, cycles);
    }

    fn start(self, how: u32, cycles: u32) {
        gate::RCGC1.write(gate::RCGC1.read() | 1 << (16 + self.number));
        self.stop();
        let (config, mode, interval) = (self.register(0), self.register(4), self.register(0x28));
        config.write(0);
        mode.write(how);
        interval.write(cycles - 1);
        self.register(0x0c).write(1);
    }

    /// Has every timeout interrupt the processor.
    pub(crate) fn interrupt(self) {
        self.register(0x18).write(TIMEOUT);
    }

    /// Says that the interrupt has been seen.
    pub(crate) fn acknowledge(self) {
        self.register(0x24).write(TIMEOUT);
    }

    /// Stops it, and its interrupt.
    pub(crate) fn stop(self) {
        self.register(0x0c).write(0);
        self.register(0x18).write(0);
        self.acknowledge();
    }
}
