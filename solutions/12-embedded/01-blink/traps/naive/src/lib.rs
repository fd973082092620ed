//! Blinks a light at 1 Hz.

#![no_std]

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
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

/// Takes note of a tick.
pub fn on_tick() {
    // `blink` asks the counter itself.
}

// ANCHOR: blink
/// Makes `edges` edges on `pin`, half a second apart.
pub fn blink<P: StatefulOutputPin>(
    systick: &mut SYST,
    pin: &mut P,
    _sleep: impl FnMut(),
    edges: u32,
) -> Result<(), BlinkError<P::Error>> {
    systick.set_clock_source(SystClkSource::Core);
    systick.set_reload(CLOCK_HZ / 2 - 1);
    systick.clear_current();
    systick.enable_counter();
    for _ in 0..edges {
        while !systick.has_wrapped() {}
        pin.toggle().ok();
    }
    systick.disable_counter();
    Ok(())
}
// ANCHOR_END: blink
