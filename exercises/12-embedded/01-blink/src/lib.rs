//! Blinks a light at 1 Hz, and sleeps while there is nothing to do.
//!
//! Your task is [`on_tick`] and [`blink`], and whatever the two share. Everything else may stay as
//! it is.

#![no_std]

use cortex_m::peripheral::SYST;
use embedded_hal::digital::StatefulOutputPin;

/// The processor's clock, in Hz. SysTick counts it down when its clock source is the core.
pub const CLOCK_HZ: u32 = 12_500_000;

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
    todo!("tell `blink`, which this function interrupts, that a tick has come")
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
    sleep: impl FnMut(),
    edges: u32,
) -> Result<(), BlinkError<P::Error>> {
    let _ = (systick, pin, sleep, edges);
    todo!("start SysTick; then sleep until a tick has come and toggle the pin, `edges` times")
}
