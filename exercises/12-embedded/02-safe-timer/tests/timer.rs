//! Each test is one boot of the board, in virtual time. Those that only calculate run there, too:
//! `usize` and the cost of a wide division are the board's, not the host's.

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    use embedded_safe_timer::RateError::{Inexact, TooFast, TooSlow, Zero};
    use fugit::{GigahertzU32, HertzU32, KilohertzU32, MegahertzU32, TimerDurationU32};
    use qemu_test::board::CLOCK_HZ;
    use qemu_test::time;

    use board::{
        Board, CONTROL, COUNTS, INTERRUPTS, Microhertz, Millihertz, Nanohertz, RELOAD, THOUSANDTH,
        Thirds, await_due, cycles, running, systick,
    };

    // A reload value of N makes a period of N + 1 cycles. One cycle too many in 1 250 is 0.08 %:
    // more than a minute a day, for a timer that nobody suspects.
    fn ticks_at_exactly_the_rate() {
        const PERIODS: u32 = 1_000;

        let mut timer = Board::new(systick());
        assert_eq!(timer.start(KilohertzU32::from_raw(10)), Ok(()));
        let first = await_due(&mut timer);
        let last = (0..PERIODS).fold(first, |_, _| await_due(&mut timer));
        let (took, expected) = (last - first, PERIODS * 1_250);
        assert!(
            took.abs_diff(expected) < PERIODS / 2,
            "{PERIODS} periods at 10 kHz should take {expected} cycles, 1250 each, but took {took}",
        );
    }

    // A base that is finer than hertz exists for rates that are no whole number of hertz. To go
    // through hertz on the way to the counter rounds them, without a word.
    fn keeps_fractions_of_a_hertz() {
        let mut timer = Board::new(systick());
        let start = time::cycles();
        assert_eq!(timer.start(Millihertz::from_raw(800)), Ok(()));
        let took = await_due(&mut timer) - start;
        assert!(
            took.abs_diff(15_625_000) < THOUSANDTH,
            "at 800 mHz a period should take 15625000 cycles, 1.25 s, but took {took}",
        );
    }

    // 333⅓ Hz has no exact value in hertz, in millihertz, or in any decimal fraction of one. Its
    // period is whole all the same. So the base must not be changed before the division, nor is a
    // floating-point number any better: it, too, is a fraction whose denominator was not asked for.
    fn takes_a_rate_in_any_base() {
        assert_eq!(cycles::<12_500_000, _, _>(HertzU32::from_raw(50)), Ok(250_000), "50 Hz");
        assert_eq!(cycles::<12_500_000, _, _>(KilohertzU32::from_raw(10)), Ok(1_250), "10 kHz");
        assert_eq!(cycles::<12_500_000, _, _>(Millihertz::from_raw(2_500)), Ok(5_000_000), "2.5 Hz");
        assert_eq!(cycles::<12_500_000, _, _>(Thirds::from_raw(1)), Ok(37_500), "1000/3 Hz");
        assert_eq!(cycles::<50_000_000, _, _>(Thirds::from_raw(5)), Ok(30_000), "5000/3 Hz");
        assert_eq!(cycles::<8_000_000, _, _>(Thirds::from_raw(25)), Ok(960), "25000/3 Hz");
        assert_eq!(
            cycles::<12_500_000, _, _>(Microhertz::from_raw(1_562_500)),
            Ok(8_000_000),
            "1.5625 Hz",
        );
    }

    // Zero is what a configuration says that was never filled in. It must neither divide nor mean
    // "as slow as possible". And a rate below 1 Hz is not zero.
    fn refuses_a_rate_of_zero() {
        assert_eq!(cycles::<12_500_000, _, _>(HertzU32::from_raw(0)), Err(Zero), "0 Hz");
        assert_eq!(cycles::<12_500_000, _, _>(MegahertzU32::from_raw(0)), Err(Zero), "0 MHz");
        assert_eq!(cycles::<12_500_000, _, _>(Millihertz::from_raw(0)), Err(Zero), "0 mHz");
        assert_eq!(
            cycles::<100_000, _, _>(Millihertz::from_raw(400)),
            Ok(250_000),
            "0.4 Hz is not zero",
        );
    }

    // The reload register takes 32 bits and keeps 24. What does not fit is cut off by the hardware:
    // at 50 MHz, 1 Hz would become 3 Hz, and nobody reports an error unless the driver does.
    fn refuses_a_period_beyond_24_bits() {
        let second = HertzU32::from_raw(1);
        assert_eq!(cycles::<16_777_216, _, _>(second), Ok(1 << 24), "2^24 cycles still fit");
        assert_eq!(cycles::<16_777_217, _, _>(second), Err(TooSlow), "2^24 + 1 cycles");
        assert_eq!(cycles::<50_000_000, _, _>(second), Err(TooSlow), "1 Hz at 50 MHz");
        assert_eq!(
            cycles::<33_554_433, _, _>(HertzU32::from_raw(2)),
            Err(TooSlow),
            "2^24 + 1/2 cycles are too many before they are inexact",
        );
    }

    // Told to count one cycle, SysTick gets a reload value of 0, and that stops it for good: the
    // fastest rate of all would never tick. Nor does a clock tick faster than itself.
    fn refuses_a_period_below_two_cycles() {
        assert_eq!(cycles::<12_000_000, _, _>(MegahertzU32::from_raw(6)), Ok(2), "half the clock");
        assert_eq!(cycles::<12_000_000, _, _>(MegahertzU32::from_raw(12)), Err(TooFast), "the clock");
        assert_eq!(
            cycles::<12_000_000, _, _>(MegahertzU32::from_raw(8)),
            Err(TooFast),
            "one cycle and a half are too few before they are inexact",
        );
        assert_eq!(
            cycles::<12_000_000, _, _>(MegahertzU32::from_raw(24)),
            Err(TooFast),
            "twice the clock",
        );
    }

    // 3 Hz from 12.5 MHz is 4 166 666⅔ cycles. A driver cannot know whether two thirds of a cycle
    // matter: a light does not mind, a clock loses time for ever. So it asks, by refusing.
    fn refuses_to_round() {
        assert_eq!(cycles::<12_500_000, _, _>(HertzU32::from_raw(3)), Err(Inexact), "3 Hz");
        assert_eq!(cycles::<12_500_000, _, _>(KilohertzU32::from_raw(7)), Err(Inexact), "7 kHz");
        assert_eq!(cycles::<12_500_000, _, _>(Millihertz::from_raw(801)), Err(Inexact), "801 mHz");
        assert_eq!(
            cycles::<33_554_431, _, _>(HertzU32::from_raw(2)),
            Err(Inexact),
            "2^24 - 1/2 cycles",
        );
        assert_eq!(
            cycles::<5, _, _>(HertzU32::from_raw(2)),
            Err(Inexact),
            "2 1/2 cycles",
        );
    }

    // 32 bits hold neither 5 GHz in hertz nor 50 MHz in millihertz. Overflow in between must not
    // turn into a panic, or into a rate that nobody asked for.
    fn calculates_without_overflow() {
        let fast = KilohertzU32::from_raw(5_000_000);
        assert_eq!(cycles::<12_500_000, _, _>(fast), Err(TooFast), "5 GHz, in kHz");
        let fastest = GigahertzU32::from_raw(u32::MAX);
        assert_eq!(cycles::<50_000_000, _, _>(fastest), Err(TooFast), "4.3 EHz, in GHz");
        let slowest = Nanohertz::from_raw(1);
        assert_eq!(cycles::<50_000_000, _, _>(slowest), Err(TooSlow), "1 nHz");
        // 2³² + 704 cycles: with the upper bits cut off, 704, which looks like a period that fits.
        let cut = Millihertz::from_raw(1);
        assert_eq!(cycles::<4_294_968, _, _>(cut), Err(TooSlow), "1 mHz at 4.3 MHz");
        let near = Nanohertz::from_raw(4_000_000_000);
        assert_eq!(cycles::<4_000_000, _, _>(near), Ok(1_000_000), "4 Hz, in nHz");
    }

    // What is remembered is what the counter counts, so that nobody calculates from another number
    // than the hardware has.
    fn tells_the_period_that_the_counter_counts() {
        let mut timer = Board::new(systick());
        assert_eq!(timer.period(), None, "before the start there is no period");
        for (millihertz, period) in [(10_000_000, 1_250), (800, 15_625_000)] {
            assert_eq!(timer.start(Millihertz::from_raw(millihertz)), Ok(()));
            assert_eq!(
                timer.period(),
                Some(TimerDurationU32::from_ticks(period)),
                "the period at {millihertz} mHz",
            );
            assert_eq!(
                RELOAD.read(),
                period - 1,
                "SysTick's reload value at {millihertz} mHz",
            );
        }
    }

    // An operation either succeeds or leaves things as they were. A timer that stops because of a
    // rate it refused takes down those that were content with the old one.
    fn goes_on_as_it_was_when_a_rate_is_refused() {
        let mut timer = Board::new(systick());
        assert_eq!(timer.start(HertzU32::from_raw(100)), Ok(()));
        let before = await_due(&mut timer);
        time::spend(50_000);
        for (rate, error) in [(0, Zero), (3, Inexact), (CLOCK_HZ, TooFast)] {
            assert_eq!(timer.start(HertzU32::from_raw(rate)), Err(error), "{rate} Hz");
        }
        assert_eq!(timer.start(Millihertz::from_raw(500)), Err(TooSlow), "0.5 Hz");
        assert_eq!(
            timer.period(),
            Some(TimerDurationU32::from_ticks(125_000)),
            "after four refusals the period should still be that of 100 Hz",
        );
        let took = await_due(&mut timer) - before;
        assert!(
            took.abs_diff(125_000) < THOUSANDTH,
            "a period that four refused rates fell into should still take 125000 cycles, but took \
             {took}",
        );
    }

    // The counter holds what was left in it, and its flag says that it has wrapped at some time. A
    // timer that starts with either reports a period that is none, once a start.
    fn begins_with_a_whole_period() {
        let systick = running();
        time::spend(2_100_000);

        let mut timer = Board::new(systick);
        assert!(!timer.is_due(), "before the start nothing is due");
        for rate in [100, 20, 50] {
            let period = CLOCK_HZ / rate;
            let start = time::cycles();
            assert_eq!(timer.start(HertzU32::from_raw(rate)), Ok(()));
            let took = await_due(&mut timer) - start;
            assert!(
                took.abs_diff(period) < THOUSANDTH,
                "the first period at {rate} Hz should take {period} cycles, but took {took}",
            );
            // Leaves the counter somewhere, and its flag set.
            time::spend(period + period / 2);
        }
    }

    // "Is it due?" is asked again and again, and acted upon. Two answers for one period are one
    // action too many.
    fn is_due_once_a_period() {
        let mut timer = Board::new(systick());
        assert_eq!(timer.start(HertzU32::from_raw(100)), Ok(()));
        assert!(!timer.is_due(), "just after the start nothing is due");
        let start = time::cycles();
        let mut due = 0;
        // Ten periods and a half, and many questions in each.
        while time::cycles() - start < 1_312_500 {
            due += u32::from(timer.is_due());
        }
        assert_eq!(due, 10, "in ten periods and a half it should be due 10 times");

        time::spend(500_000);
        assert!(timer.is_due(), "four periods have ended since the last question");
        assert!(!timer.is_due(), "the end of several periods is reported once");
    }

    // What comes from somebody else may be in any state. A timer that takes it over as it is counts,
    // and interrupts, at a rate that it knows nothing of.
    fn takes_systick_over_stopped() {
        let timer = Board::new(running());
        assert_eq!(timer.period(), None, "whatever SysTick did, this timer has no period yet");
        let control = CONTROL.read();
        assert_eq!(control & COUNTS, 0, "after `new` SysTick should not count");
        assert_eq!(control & INTERRUPTS, 0, "after `new` SysTick should not interrupt");
    }

    // Whoever owns a thing may give it back, and gives it back clean. The type says the first:
    // `release` consumes the timer. The second is for you to do.
    fn gives_systick_back_stopped() {
        let mut timer = Board::new(running());
        assert_eq!(timer.start(KilohertzU32::from_raw(1)), Ok(()));
        await_due(&mut timer);
        let mut systick = timer.release();
        assert!(!systick.is_counter_enabled(), "after `release` SysTick should not count");
        assert!(!systick.is_interrupt_enabled(), "after `release` SysTick should not interrupt");

        let mut next = Board::new(systick);
        assert_eq!(next.start(KilohertzU32::from_raw(1)), Ok(()), "the next owner may start it");
        await_due(&mut next);
    }

    mod board;
}
