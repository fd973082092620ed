//! Sleep: as it should be, measured, and disturbed.
//!
//! QEMU has a flaw that lets a sleeping processor miss every other tick of a periodic timer: as the
//! timer starts its next period, and before it raises its interrupt, QEMU finds the processor still
//! asleep and jumps to the end of that next period. It does so only if no other timer is due
//! earlier. So the harness keeps a pacer running, which interrupts nothing. It must be faster than
//! every other timer, and every turn costs the host some ten microseconds: [`wfi`] sets it to suit
//! SysTick. For the instruction alone it turns every 0.4 ms, which suits ticks of up to 2 kHz.

use core::sync::atomic::{AtomicU32, Ordering};

use super::board::{CLOCK_HZ, Register};
use super::timer::Timer;
use super::{clock, irq};

const DISTURBER: Timer = Timer::new(0);

const PACER: Timer = Timer::new(3);

// To read the control register would clear its COUNTFLAG, which others may wait for.
// SAFETY: SysTick's reload value, which is only read.
const SYSTICK_RELOAD: Register = unsafe { Register::at(0xe000_e014) };

/// The pacer's period, in cycles.
static PACE: AtomicU32 = AtomicU32::new(0);
/// The period of the disturber, in cycles.
static DISTURBANCE: AtomicU32 = AtomicU32::new(u32::MAX);
static DISTURBANCES: AtomicU32 = AtomicU32::new(0);

/// Starts the pacer.
pub(crate) fn start() {
    pace(CLOCK_HZ / 2_500);
}

/// Sleeps until an interrupt is pending: `wfi`, with the pacer set to suit SysTick.
pub fn wfi() {
    let systick = match SYSTICK_RELOAD.read() {
        0 => u32::MAX,
        reload => reload + 1,
    };
    // At least once a second, for timers that are set while the processor sleeps.
    pace(
        systick
            .min(DISTURBANCE.load(Ordering::Relaxed))
            .min(2 * CLOCK_HZ)
            / 2,
    );
    cortex_m::asm::wfi();
}

fn pace(cycles: u32) {
    let cycles = cycles.max(100);
    if PACE.swap(cycles, Ordering::Relaxed) != cycles {
        PACER.periodic(cycles);
    }
}

/// Sleeps, and counts how often and for how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meter {
    /// How often the processor was sent to sleep; so often it woke.
    pub sleeps: u32,
    /// How many cycles it slept.
    pub asleep: u32,
}

impl Meter {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        Self {
            sleeps: 0,
            asleep: 0,
        }
    }

    /// Sleeps until an interrupt is pending, as [`wfi`] does.
    pub fn sleep(&mut self) {
        let before = clock::cycles();
        wfi();
        self.asleep += clock::cycles() - before;
        self.sleeps += 1;
    }
}

/// Runs `code` while a timer that has nothing to do with it interrupts the processor, and so wakes
/// it, at `rate_hz`. Also says how often that was.
///
/// # Panics
///
/// If the rate is 0 or above 10 kHz.
pub fn disturbed<R>(rate_hz: u32, code: impl FnOnce() -> R) -> (R, u32) {
    extern "C" fn on_timer() {
        DISTURBER.acknowledge();
        DISTURBANCES.fetch_add(1, Ordering::Relaxed);
    }

    assert!(
        (1..=10_000).contains(&rate_hz),
        "cannot disturb at {rate_hz} Hz"
    );
    DISTURBANCES.store(0, Ordering::Relaxed);
    irq::handle(DISTURBER.irq(), on_timer);
    DISTURBANCE.store(CLOCK_HZ / rate_hz, Ordering::Relaxed);
    DISTURBER.periodic(CLOCK_HZ / rate_hz);
    DISTURBER.interrupt();
    let result = code();
    DISTURBER.stop();
    DISTURBANCE.store(u32::MAX, Ordering::Relaxed);
    irq::ignore(DISTURBER.irq());
    (result, DISTURBANCES.load(Ordering::Relaxed))
}
