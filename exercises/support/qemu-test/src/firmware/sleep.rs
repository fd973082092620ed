//! Is the processor asleep? A sampling profiler that knows one question.
//!
//! A timer interrupts the processor at even intervals, and its handler looks at the instruction that was
//! interrupted: code that waits by `wfi` is found there, and code that waits by looking again and again is found
//! elsewhere. The interrupt is also an honest nuisance: it wakes a sleeper for no reason.

use core::arch::naked_asm;
use core::sync::atomic::{AtomicU32, Ordering};

use super::board::CLOCK_HZ;
use super::irq;
use super::timer::Timer;
use super::trap::Frame;

const TIMER: Timer = Timer::new(0);

/// The encoding of `wfi`.
const WFI: u16 = 0xbf30;

static ASLEEP: AtomicU32 = AtomicU32::new(0);
static SAMPLES: AtomicU32 = AtomicU32::new(0);

/// What the sampler saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Samples that found the processor in `wfi`.
    pub asleep: u32,
    /// All samples.
    pub samples: u32,
}

/// Runs `code` while a timer interrupts it at `rate_hz` and looks whether the processor sleeps.
///
/// # Panics
///
/// If the rate is 0 or above 100 kHz.
pub fn sample<R>(rate_hz: u32, code: impl FnOnce() -> R) -> (R, Report) {
    assert!(
        (1..=100_000).contains(&rate_hz),
        "cannot sample at {rate_hz} Hz"
    );
    ASLEEP.store(0, Ordering::Relaxed);
    SAMPLES.store(0, Ordering::Relaxed);
    irq::handle(TIMER.irq(), on_timer);
    TIMER.periodic(CLOCK_HZ / rate_hz);
    TIMER.interrupt();

    let result = code();

    TIMER.stop();
    irq::ignore(TIMER.irq());
    let report = Report {
        asleep: ASLEEP.load(Ordering::Relaxed),
        samples: SAMPLES.load(Ordering::Relaxed),
    };
    (result, report)
}

/// Hands over the frame that the processor has just saved on the main stack.
#[unsafe(naked)]
extern "C" fn on_timer() {
    naked_asm!("mrs r0, msp", "b {look}", look = sym look);
}

extern "C" fn look(frame: &Frame) {
    TIMER.acknowledge();
    // A sleeper is interrupted after its `wfi`.
    let before = frame.pc.wrapping_sub(2) as *const u16;
    // SAFETY: the instruction before the interrupted one lies in flash, as all code does.
    if unsafe { before.read_volatile() } == WFI {
        ASLEEP.fetch_add(1, Ordering::Relaxed);
    }
    SAMPLES.fetch_add(1, Ordering::Relaxed);
}
