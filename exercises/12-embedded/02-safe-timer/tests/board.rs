//! What the tests bring along: the board's timer, units, and a clock.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use embedded_safe_timer::{RateError, Timer};
use fugit::Rate;
use qemu_test::board::{CLOCK_HZ, Register};
use qemu_test::time;

/// The timer, at the board's clock.
pub(crate) type Board = Timer<{ CLOCK_HZ as u64 }>;

pub(crate) type Millihertz = Rate<u32, 1, 1_000>;
pub(crate) type Microhertz = Rate<u32, 1, 1_000_000>;
pub(crate) type Nanohertz = Rate<u32, 1, 1_000_000_000>;
/// Multiples of 333⅓ Hz.
pub(crate) type Thirds = Rate<u32, 1_000, 3>;

/// A millisecond, in cycles.
pub(crate) const THOUSANDTH: u32 = CLOCK_HZ / 1_000;

// SAFETY: SysTick's control register, which is only read; that clears its COUNTFLAG.
pub(crate) const CONTROL: Register = unsafe { Register::at(0xe000_e010) };
/// The bit of [`CONTROL`] that says that the counter is enabled.
pub(crate) const COUNTS: u32 = 1;
/// The bit of [`CONTROL`] that says that its interrupt is enabled.
pub(crate) const INTERRUPTS: u32 = 1 << 1;

// SAFETY: SysTick's reload value, which is only read.
pub(crate) const RELOAD: Register = unsafe { Register::at(0xe000_e014) };

/// The processor's timer, once a boot.
pub(crate) fn systick() -> SYST {
    cortex_m::Peripherals::take()
        .expect("a test takes the peripherals once")
        .SYST
}

/// The processor's timer as somebody else left it: counting, and interrupting every 0.16 s.
pub(crate) fn running() -> SYST {
    let mut systick = systick();
    systick.set_clock_source(SystClkSource::Core);
    systick.set_reload(2_000_000 - 1);
    systick.clear_current();
    systick.enable_interrupt();
    systick.enable_counter();
    systick
}

#[cortex_m_rt::exception]
fn SysTick() {}

/// The period of a rate at this clock, as a number.
pub(crate) fn cycles<const CLOCK: u64, const NOM: u64, const DENOM: u64>(
    rate: Rate<u32, NOM, DENOM>,
) -> Result<u32, RateError> {
    Timer::<CLOCK>::period_of(rate).map(|period| period.as_ticks())
}

/// Asks until the timer is due. Returns the time then, in cycles since the boot.
pub(crate) fn await_due(timer: &mut Board) -> u32 {
    while !timer.is_due() {}
    time::cycles()
}
