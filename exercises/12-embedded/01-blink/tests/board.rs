//! What the tests bring along: the exception, a pin that keeps a record, and the LED of the board.

use core::convert::Infallible;
use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use embedded_hal::digital::{Error, ErrorKind, ErrorType, OutputPin, StatefulOutputPin};
use qemu_test::board::{Register, gate};
use qemu_test::time;

static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

#[cortex_m_rt::exception]
fn SysTick() {
    INTERRUPTS.fetch_add(1, Ordering::Relaxed);
    embedded_blink::on_tick();
}

/// How often SysTick has interrupted.
pub(crate) fn interrupts() -> u32 {
    INTERRUPTS.load(Ordering::Relaxed)
}

/// The processor's timer, once a boot.
pub(crate) fn systick() -> SYST {
    cortex_m::Peripherals::take().expect("a test takes the peripherals once").SYST
}

/// What a pin says that does not want to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

impl Error for Refused {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

/// A pin without a wire: it records when its level changes.
#[derive(Debug)]
pub(crate) struct Pin {
    high: bool,
    /// How often it was told to change.
    pub(crate) attempts: u32,
    /// How often it changed.
    pub(crate) edges: u32,
    /// When it changed first, in cycles since the boot.
    pub(crate) first: u32,
    /// When it changed last.
    pub(crate) last: u32,
    /// The longest time between two edges, in cycles.
    pub(crate) longest: u32,
    /// The attempt, counted from 0, from which on it refuses.
    pub(crate) refuses_from: Option<u32>,
    /// Takes its time: edge N returns N × this many cycles before the next tick.
    pub(crate) until_before_the_tick: Option<u32>,
}

impl Pin {
    pub(crate) fn new() -> Self {
        Self {
            high: false,
            attempts: 0,
            edges: 0,
            first: 0,
            last: 0,
            longest: 0,
            refuses_from: None,
            until_before_the_tick: None,
        }
    }

    fn set(&mut self, high: bool) -> Result<(), Refused> {
        let attempt = self.attempts;
        self.attempts += 1;
        if self.refuses_from.is_some_and(|first| attempt >= first) {
            return Err(Refused);
        }
        if high != self.high {
            let now = time::cycles();
            match self.edges {
                0 => self.first = now,
                _ => self.longest = self.longest.max(now - self.last),
            }
            self.last = now;
            self.edges += 1;
            self.high = high;
        }
        if let Some(step) = self.until_before_the_tick {
            wait_until_before_the_tick(attempt * step);
        }
        Ok(())
    }
}

/// Returns when SysTick has this many cycles left, to two cycles.
fn wait_until_before_the_tick(cycles: u32) {
    const ROUGHLY: u32 = 5_000;

    time::sleep(SYST::get_current().saturating_sub(cycles + ROUGHLY));
    // If the tick has come meanwhile there is nothing left to wait for.
    let left = SYST::get_current().saturating_sub(cycles).min(ROUGHLY);
    // A round is two instructions of 64 ns, and a cycle is 80 ns: 1.6 cycles a round.
    let rounds = left * 5 / 8 + 1;
    // SAFETY: a loop that changes one register, which it declares.
    unsafe {
        core::arch::asm!(
            "0: subs {0}, #1",
            "bne 0b",
            inout(reg) rounds => _,
            options(nomem, nostack),
        );
    }
}

impl ErrorType for Pin {
    type Error = Refused;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Refused> {
        self.set(false)
    }

    fn set_high(&mut self) -> Result<(), Refused> {
        self.set(true)
    }
}

impl StatefulOutputPin for Pin {
    fn is_set_high(&mut self) -> Result<bool, Refused> {
        Ok(self.high)
    }

    fn is_set_low(&mut self) -> Result<bool, Refused> {
        Ok(!self.high)
    }
}

/// The LED: pin 0 of GPIO port F.
#[derive(Debug)]
pub(crate) struct Led;

// The address lines 9 to 2 mask the data register: this address reads and writes pin 0 alone.
// SAFETY: a GPIO register.
const DATA: Register = unsafe { Register::at(0x4002_5000 + (1 << 2)) };
// SAFETY: as above.
const DIRECTION: Register = unsafe { Register::at(0x4002_5400) };
// SAFETY: as above.
const DIGITAL: Register = unsafe { Register::at(0x4002_551c) };

impl Led {
    pub(crate) fn take() -> Self {
        const PORT_F: u32 = 5;

        gate::gpio(PORT_F);
        DIRECTION.write(DIRECTION.read() | 1);
        DIGITAL.write(DIGITAL.read() | 1);
        Self
    }
}

impl ErrorType for Led {
    type Error = Infallible;
}

impl OutputPin for Led {
    fn set_low(&mut self) -> Result<(), Infallible> {
        DATA.write(0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        DATA.write(1);
        Ok(())
    }
}

impl StatefulOutputPin for Led {
    fn is_set_high(&mut self) -> Result<bool, Infallible> {
        Ok(DATA.read() & 1 == 1)
    }

    fn is_set_low(&mut self) -> Result<bool, Infallible> {
        Ok(DATA.read() & 1 == 0)
    }
}
