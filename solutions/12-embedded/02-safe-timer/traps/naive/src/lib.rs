//! A periodic timer on SysTick.

#![no_std]

use core::fmt;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use fugit::{Rate, TimerDurationU32};

/// Why a timer cannot keep a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateError {
    /// The rate is zero, which has no period.
    Zero,
    /// The period is shorter than 2 cycles of the clock: SysTick stands still if told to count 1.
    TooFast,
    /// The period is longer than 2²⁴ cycles of the clock, and SysTick has 24 bits.
    TooSlow,
    /// The period is not a whole number of cycles of the clock.
    Inexact,
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for RateError {}

// ANCHOR: timer
/// A periodic timer that owns SysTick.
pub struct Timer<const CLOCK_HZ: u64> {
    systick: SYST,
    hz: u32,
}

impl<const CLOCK_HZ: u64> Timer<CLOCK_HZ> {
    /// Takes possession of SysTick.
    pub fn new(mut systick: SYST) -> Self {
        systick.disable_counter();
        systick.disable_interrupt();
        Self { systick, hz: 0 }
    }

    /// The period of `rate`, in cycles of the clock.
    pub fn period_of<const NOM: u64, const DENOM: u64>(
        rate: Rate<u32, NOM, DENOM>,
    ) -> Result<TimerDurationU32<CLOCK_HZ>, RateError> {
        let cycles = (CLOCK_HZ as u32).checked_div(rate.to_Hz());
        cycles
            .map(TimerDurationU32::from_ticks)
            .ok_or(RateError::Zero)
    }

    /// Starts, or starts again, at `rate`.
    pub fn start<const NOM: u64, const DENOM: u64>(
        &mut self,
        rate: Rate<u32, NOM, DENOM>,
    ) -> Result<(), RateError> {
        let cycles = Self::period_of(rate)?.as_ticks();
        self.hz = rate.to_Hz();
        self.systick.set_clock_source(SystClkSource::Core);
        self.systick.set_reload(cycles - 1);
        self.systick.clear_current();
        self.systick.enable_counter();
        Ok(())
    }
}
// ANCHOR_END: timer

impl<const CLOCK_HZ: u64> Timer<CLOCK_HZ> {
    /// How long a period is, or `None` if the timer has not been started.
    pub fn period(&self) -> Option<TimerDurationU32<CLOCK_HZ>> {
        Self::period_of(Rate::<u32, 1, 1>::from_raw(self.hz)).ok()
    }

    /// Whether a period has ended since this was last asked, or since the start.
    pub fn is_due(&mut self) -> bool {
        self.systick.has_wrapped()
    }

    /// Stops SysTick and gives it back.
    pub fn release(self) -> SYST {
        let Self { mut systick, .. } = self;
        systick.disable_counter();
        systick
    }
}
