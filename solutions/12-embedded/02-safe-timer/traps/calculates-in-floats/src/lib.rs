//! A periodic timer on SysTick, which keeps exactly the rate that it was asked for, or says why it
//! cannot.

#![no_std]

use core::fmt;
use core::ops::RangeInclusive;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use fugit::{Rate, TimerDurationU32};

/// The periods that SysTick can count, in cycles: the reload value is one less, has 24 bits, and
/// stops the counter if it is 0.
const PERIODS: RangeInclusive<u32> = 2..=1 << 24;

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
        f.write_str(match self {
            Self::Zero => "a rate of zero has no period",
            Self::TooFast => "the period is shorter than 2 cycles of the clock",
            Self::TooSlow => "the period is longer than 2^24 cycles of the clock",
            Self::Inexact => "the period is not a whole number of cycles of the clock",
        })
    }
}

impl core::error::Error for RateError {}

/// A periodic timer that owns SysTick, driven by a core that runs at `CLOCK_HZ`.
pub struct Timer<const CLOCK_HZ: u64> {
    systick: SYST,
    /// What SysTick counts, if it does.
    period: Option<TimerDurationU32<CLOCK_HZ>>,
}

impl<const CLOCK_HZ: u64> Timer<CLOCK_HZ> {
    /// Takes possession of SysTick, whatever it was doing, and stops it: it neither counts nor
    /// interrupts.
    pub fn new(mut systick: SYST) -> Self {
        stop(&mut systick);
        Self {
            systick,
            period: None,
        }
    }

    /// The period of `rate`, in cycles of the clock. It touches no hardware.
    ///
    /// The rate may be in any base: a [`Rate<u32, NOM, DENOM>`](Rate) whose raw value is `raw` means
    /// `raw × NOM / DENOM` Hz, and the period is that of exactly this rate.
    ///
    /// # Errors
    ///
    /// The first of these that holds:
    ///
    /// 1. [`RateError::Zero`]: the rate is zero.
    /// 2. [`RateError::TooFast`]: the period is shorter than 2 cycles.
    /// 3. [`RateError::TooSlow`]: the period is longer than 2²⁴ cycles.
    /// 4. [`RateError::Inexact`]: the period is not a whole number of cycles.
    pub fn period_of<const NOM: u64, const DENOM: u64>(
        rate: Rate<u32, NOM, DENOM>,
    ) -> Result<TimerDurationU32<CLOCK_HZ>, RateError> {
        let hertz = f64::from(rate.to_raw()) * NOM as f64 / DENOM as f64;
        if hertz == 0.0 {
            return Err(RateError::Zero);
        }
        let exact = CLOCK_HZ as f64 / hertz;
        if exact < f64::from(*PERIODS.start()) {
            return Err(RateError::TooFast);
        }
        if exact > f64::from(*PERIODS.end()) {
            return Err(RateError::TooSlow);
        }
        let cycles = exact as u32;
        if f64::from(cycles) != exact {
            return Err(RateError::Inexact);
        }
        Ok(TimerDurationU32::from_ticks(cycles))
    }

    /// Starts, or starts again, at `rate`. The first period begins with this call, whatever SysTick
    /// counted before, and a period that ended before it is forgotten.
    ///
    /// # Errors
    ///
    /// Those of [`period_of`](Self::period_of). Then nothing has changed: a timer that was running
    /// goes on as it was.
    pub fn start<const NOM: u64, const DENOM: u64>(
        &mut self,
        rate: Rate<u32, NOM, DENOM>,
    ) -> Result<(), RateError> {
        let period = Self::period_of(rate)?;
        stop(&mut self.systick);
        self.systick.set_clock_source(SystClkSource::Core);
        // The counter passes through the reload value and zero: one cycle more than the value says.
        self.systick.set_reload(period.as_ticks() - 1);
        // Clears the flag that says that a period has ended, too.
        self.systick.clear_current();
        self.systick.enable_counter();
        self.period = Some(period);
        Ok(())
    }

    /// How long a period is, or `None` if the timer has not been started.
    pub fn period(&self) -> Option<TimerDurationU32<CLOCK_HZ>> {
        self.period
    }

    /// Whether a period has ended since this was last asked, or since the start. However many have
    /// ended, it is true once. A timer that has not been started is never due.
    pub fn is_due(&mut self) -> bool {
        self.period.is_some() && self.systick.has_wrapped()
    }

    /// Stops SysTick and gives it back: it neither counts nor interrupts.
    pub fn release(self) -> SYST {
        let Self { mut systick, .. } = self;
        stop(&mut systick);
        systick
    }
}

fn stop(systick: &mut SYST) {
    systick.disable_counter();
    systick.disable_interrupt();
}
