//! Virtual time, to the cycle.
//!
//! The runner starts QEMU with `-icount`: time is a count of instructions, the same in every run,
//! and jumps to the next timer while the processor sleeps. The timers 1 to 3 are the harness's own;
//! timer 0 disturbs sleep.

use super::board::CLOCK_HZ;
use super::boot::{current, finish, say};
pub use super::clock::cycles;
use super::timer::Timer;
use super::{clock, irq, sleep};
use crate::protocol::Ending;

/// Wakes [`sleep`].
const ALARM: Timer = Timer::new(1);

/// Ends a boot whose time is over.
const LIMIT: Timer = Timer::new(2);

/// Starts the clock at 0.
pub(crate) fn start() {
    clock::start();
    irq::handle(LIMIT.irq(), overdue);
    allow_seconds(40);
    sleep::start();
}

/// How long this test may take from now on, in seconds of the board; 40 if nothing is said, and at
/// most 343, since the clock counts 2³² cycles.
pub fn allow_seconds(seconds: u32) {
    LIMIT.periodic(seconds.saturating_mul(CLOCK_HZ));
    LIMIT.interrupt();
}

/// Busy for at least this many cycles: code that takes its time, for tests that need some.
pub fn spend(cycles: u32) {
    let start = self::cycles();
    while self::cycles() - start < cycles {}
}

/// Asleep for this many cycles, and up to 2 000 more. Other interrupts are handled meanwhile.
pub fn sleep(cycles: u32) {
    extern "C" fn on_timer() {
        ALARM.stop();
    }

    let start = self::cycles();
    irq::handle(ALARM.irq(), on_timer);
    ALARM.once(cycles.max(1));
    ALARM.interrupt();
    let mut over = false;
    while !over {
        // Masked: an alarm between the look at the clock and the sleep must end the sleep.
        cortex_m::interrupt::free(|_| {
            over = self::cycles() - start >= cycles;
            if !over {
                sleep::wfi();
            }
        });
    }
    ALARM.stop();
    irq::ignore(ALARM.irq());
}

extern "C" fn overdue() {
    let name = current().map_or("main", |test| test.name);
    let seconds = cycles() / CLOCK_HZ;
    say(format_args!(
        "\nthread '{name}' did not end within {seconds} seconds of the board's time: does it wait \
         for what never comes?\n"
    ));
    finish(Ending::Overdue)
}
