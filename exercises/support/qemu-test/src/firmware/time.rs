//! Virtual time, to the cycle.
//!
//! The runner starts QEMU with `-icount`: time is a count of instructions, the same in every run,
//! and jumps to the next timer while the processor sleeps. The chip's watchdog serves as the clock,
//! since it is the one 32-bit counter of the board whose value QEMU lets us read. Timers 2 and 3 are
//! the harness's own.

use super::board::{CLOCK_HZ, Register, gate};
use super::harness::{current, finish, say};
use super::irq;
use super::timer::Timer;
use crate::protocol::Ending;

// SAFETY: registers of the watchdog, which counts and touches no memory.
const LOAD: Register = unsafe { Register::at(0x4000_0000) };
// SAFETY: as above.
const VALUE: Register = unsafe { Register::at(0x4000_0004) };
// SAFETY: as above.
const CONTROL: Register = unsafe { Register::at(0x4000_0008) };

/// See [`shortest_period`].
const PACER: Timer = Timer::new(3);

/// Ends a boot whose time is over.
const LIMIT: Timer = Timer::new(2);

/// Starts the clock at 0.
pub(crate) fn start() {
    gate::RCGC0.write(gate::RCGC0.read() | 1 << 3);
    LOAD.write(u32::MAX);
    // Real watchdogs count only with their interrupt enabled; the NVIC leaves it at that.
    CONTROL.write(1);
    irq::handle(LIMIT.irq(), overdue);
    shortest_period(CLOCK_HZ / 1_250);
}

/// Says that no periodic timer of this test has a shorter period than this many cycles; and that the
/// test ends within 50 000 such periods, or 2³² cycles (343 seconds) if that is less.
///
/// QEMU has a flaw that would let a sleeping processor miss every other tick of a periodic timer:
/// as the timer starts its next period, and before it raises its interrupt, QEMU finds the processor
/// still asleep and jumps to the end of that next period. It does so only if no other timer is due
/// earlier. So the harness keeps one running that interrupts nothing, with half this period. The
/// default, 10 000 cycles or 0.8 ms, suits a tick of 1 kHz. A test that sleeps for long ends sooner
/// with a longer period, since every turn of that timer costs the host some ten microseconds.
///
/// # Panics
///
/// If the period is shorter than 200 cycles.
pub fn shortest_period(cycles: u32) {
    const PERIODS: u32 = 50_000;

    assert!(
        cycles >= 200,
        "a period of {cycles} cycles is too short to simulate"
    );
    PACER.periodic(cycles / 2);
    LIMIT.periodic(cycles.saturating_mul(PERIODS));
    LIMIT.interrupt();
}

/// Cycles of [`CLOCK_HZ`] since the boot.
pub fn cycles() -> u32 {
    u32::MAX - VALUE.read()
}

/// Busy for at least this many cycles: code that takes its time, for tests that need some.
pub fn spend(cycles: u32) {
    let start = self::cycles();
    while self::cycles() - start < cycles {}
}

extern "C" fn overdue() {
    let name = current().map_or("main", |test| test.name);
    let seconds = cycles() / CLOCK_HZ;
    say(format_args!(
        "\nthread '{name}' did not end within {seconds} seconds of the board's time: does it wait for \
         what never comes?\n"
    ));
    finish(Ending::Overdue)
}
