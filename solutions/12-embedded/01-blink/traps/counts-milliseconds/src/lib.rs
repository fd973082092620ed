//! Blinks a light at 1 Hz, and sleeps while there is nothing to do.

#![no_std]

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use embedded_hal::digital::StatefulOutputPin;

/// The processor's clock, in Hz. SysTick counts it down when its clock source is the core.
pub const CLOCK_HZ: u32 = 12_500_000;

/// Cycles of a millisecond, the tick that every board starts with.
const MILLISECOND: u32 = CLOCK_HZ / 1_000;

/// Milliseconds from edge to edge.
const HALF_PERIOD_MS: u32 = 500;

/// Ticks that [`blink`] has yet to answer.
static TICKS: AtomicU32 = AtomicU32::new(0);

/// Why the blinking stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlinkError<E> {
    /// The pin refused an edge.
    Pin {
        /// Which edge it was; the first is 0.
        edge: u32,
        /// What the pin said.
        source: E,
    },
}

/// Takes note of a tick. The firmware's SysTick exception calls it, once each time the counter
/// arrives at zero.
pub fn on_tick() {
    TICKS.fetch_add(1, Ordering::Relaxed);
}

/// Makes `edges` edges on `pin`, as a light makes that blinks at 1 Hz: half a second on, half a
/// second off.
///
/// The first edge comes half a second after the call, each further one half a second after the one
/// before it, to the cycle. Ticks that came before the call do not count. The pin may be on or off
/// at first.
///
/// While there is nothing to do the processor sleeps. How it does so is the caller's choice:
/// `sleep` returns as soon as any interrupt is pending, even a masked one, as
/// [`cortex_m::asm::wfi`] does. It is woken no more often than there are edges. If an
/// interrupt of others wakes it, it goes back to sleep.
///
/// When it returns, with success or not, SysTick neither counts nor interrupts.
///
/// # Errors
///
/// [`BlinkError::Pin`] if the pin refuses an edge. The pin is left alone after that.
pub fn blink<P: StatefulOutputPin>(
    systick: &mut SYST,
    pin: &mut P,
    mut sleep: impl FnMut(),
    edges: u32,
) -> Result<(), BlinkError<P::Error>> {
    start(systick);
    let result = (0..edges).try_for_each(|edge| {
        for _ in 0..HALF_PERIOD_MS {
            sleep_until_tick(&mut sleep);
        }
        pin.toggle()
            .map_err(|source| BlinkError::Pin { edge, source })
    });
    stop(systick);
    result
}

fn start(systick: &mut SYST) {
    stop(systick);
    TICKS.store(0, Ordering::Relaxed);
    systick.set_clock_source(SystClkSource::Core);
    // The counter passes through the reload value and zero: one cycle more than the value says.
    systick.set_reload(MILLISECOND - 1);
    systick.clear_current();
    systick.enable_interrupt();
    systick.enable_counter();
}

fn stop(systick: &mut SYST) {
    systick.disable_counter();
    systick.disable_interrupt();
}

/// Sleeps until there is a tick, and takes it.
///
/// No interrupt may be handled between the look for a tick and the sleep: a tick that came there
/// would go unseen, and the sleep would last until the next. So interrupts are masked for both. The
/// sleep ends all the same when one is pending, and its handler runs as soon as the mask is lifted.
fn sleep_until_tick(sleep: &mut impl FnMut()) {
    let mut ticked = false;
    while !ticked {
        cortex_m::interrupt::free(|_| {
            ticked = take_tick();
            if !ticked {
                sleep();
            }
        });
    }
}

/// Takes a tick, if there is one.
fn take_tick() -> bool {
    let taken = |ticks: u32| ticks.checked_sub(1);
    TICKS
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
        .is_ok()
}
