//! Each test is one boot of the board, in virtual time: half a minute takes a few milliseconds.

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    use cortex_m::peripheral::SYST;
    use embedded_blink::{BlinkError, CLOCK_HZ, blink};
    use embedded_hal::digital::{OutputPin, PinState, StatefulOutputPin};
    use qemu_test::sleep::{Meter, disturbed, wfi};
    use qemu_test::time;

    use board::{Led, Pin, Refused, interrupts, systick};

    /// The half-period of 1 Hz, in cycles.
    const HALF: u32 = CLOCK_HZ / 2;

    /// From the tick to the pin: the exception, a wake-up and the call, unoptimised. 0.1 ms.
    const LATENCY: u32 = CLOCK_HZ / 10_000;

    // One hertz is one period a second, and a period has two edges: on and off. A counter that is
    // reloaded with N counts N + 1 cycles, and one cycle too many is no rounding error: it adds up
    // with every edge. So the time of many edges is measured, not of one.
    fn blinks_at_exactly_one_hertz() {
        const EDGES: u32 = 21;

        let mut pin = Pin::new();
        assert_eq!(blink(&mut systick(), &mut pin, wfi, EDGES), Ok(()));
        assert_eq!(pin.edges, EDGES, "the pin should have changed {EDGES} times");
        let expected = (EDGES - 1) * HALF;
        let took = pin.last - pin.first;
        assert!(
            took.abs_diff(expected) < EDGES / 2,
            "{} edges should take {expected} cycles, half a second each, but took {took}: {} \
             cycles an edge instead of {HALF}",
            EDGES - 1,
            took / (EDGES - 1),
        );
    }

    // The counter is zeroed by software, not by chance: whoever used SysTick before left some value
    // in it, and the first half second must not depend on that. A tick of theirs is none of ours.
    fn makes_the_first_edge_after_half_a_second() {
        let mut systick = systick();
        systick.set_reload(0x00ff_ffff);
        systick.clear_current();
        systick.enable_counter();
        time::spend(1_000);
        embedded_blink::on_tick();

        let mut pin = Pin::new();
        let start = time::cycles();
        assert_eq!(blink(&mut systick, &mut pin, wfi, 1), Ok(()));
        let after = pin.first - start;
        assert!(
            after.abs_diff(HALF) < LATENCY,
            "the first edge should come {HALF} cycles after the call, but came after {after}",
        );
    }

    // A processor that waits by looking at a flag, or at the timer, draws as much current as one
    // that computes. Of three seconds it should sleep all but a few microseconds an edge.
    fn sleeps_between_the_edges() {
        let mut pin = Pin::new();
        let mut meter = Meter::new();
        let start = time::cycles();
        assert_eq!(blink(&mut systick(), &mut pin, || meter.sleep(), 6), Ok(()));
        let awake = time::cycles() - start - meter.asleep;
        assert!(
            awake < 6 * LATENCY,
            "6 edges should take less than {} cycles of work, but the processor was awake for \
             {awake}, and slept for {}",
            6 * LATENCY,
            meter.asleep,
        );
    }

    // Each interrupt wakes the processor, and each wake-up costs. SysTick counts half a second in
    // one go, so there is no need for more than one interrupt an edge.
    fn wakes_once_an_edge() {
        let mut meter = Meter::new();
        assert_eq!(blink(&mut systick(), &mut Pin::new(), || meter.sleep(), 8), Ok(()));
        let woken = meter.sleeps.max(interrupts());
        assert_eq!(woken, 8, "8 edges should need 8 wake-ups, but there were {woken}");
    }

    // WFI ends with any interrupt: of a UART, of another timer, of a debugger. Who wakes up has to
    // look whether it was a tick, and go back to sleep if not.
    fn other_interrupts_make_no_edges() {
        let mut systick = systick();
        let mut pin = Pin::new();
        let mut meter = Meter::new();
        let start = time::cycles();
        let (result, others) =
            disturbed(17, || blink(&mut systick, &mut pin, || meter.sleep(), 5));
        let awake = time::cycles() - start - meter.asleep;
        assert_eq!(result, Ok(()));
        let took = pin.last - pin.first;
        assert!(
            took.abs_diff(4 * HALF) < LATENCY,
            "between the first edge and the fifth should lie {} cycles, but there were {took}: \
             another timer interrupted {others} times meanwhile",
            4 * HALF,
        );
        assert!(
            awake < (5 + others) * LATENCY,
            "after each of {others} interrupts by others the processor should go back to sleep, \
             but it was awake for {awake} cycles",
        );
    }

    // "Is there a tick? No: then sleep." If the tick comes just after the question, and is handled
    // before the sleep begins, nobody is awake to see it, and the edge comes half a second late.
    // A slow pin moves the question, in small steps, through the moment of the tick.
    fn loses_no_tick_on_the_brink_of_sleep() {
        time::allow_seconds(90);
        let mut pin = Pin::new();
        pin.until_before_the_tick = Some(4);
        assert_eq!(blink(&mut systick(), &mut pin, wfi, 120), Ok(()));
        let longest = pin.longest;
        assert!(
            longest < HALF + LATENCY,
            "no two edges should be more than {HALF} cycles apart, but two were {longest}: a tick \
             came between the look for it and the sleep, and was slept through",
        );
    }

    // A pin may be behind an I2C expander that does not answer. embedded-hal makes its error part
    // of the type so that nobody has to guess: the caller must learn which edge failed, and why.
    fn reports_the_pins_error() {
        let mut pin = Pin::new();
        pin.refuses_from = Some(3);
        let result = blink(&mut systick(), &mut pin, wfi, 10);
        assert_eq!(
            result,
            Err(BlinkError::Pin { edge: 3, source: Refused }),
            "the pin refused edge 3 of 10 (the first is 0)",
        );
        assert_eq!(pin.attempts, 4, "after a refusal the pin should be left alone");
    }

    // Whoever starts a timer stops it, on the way out by an error too: a tick that nobody waits for
    // wakes the processor twice a second for ever.
    fn stops_systick_when_it_returns() {
        let mut systick = systick();
        let mut pin = Pin::new();
        assert_eq!(blink(&mut systick, &mut pin, wfi, 2), Ok(()));
        assert_stopped(&mut systick, "after 2 edges");

        pin.refuses_from = Some(3);
        assert!(blink(&mut systick, &mut pin, wfi, 2).is_err());
        assert_stopped(&mut systick, "after the pin's error");

        assert_eq!(blink(&mut systick, &mut pin, wfi, 0), Ok(()), "no edges are no work");
        assert_stopped(&mut systick, "after no edges");
    }

    fn assert_stopped(systick: &mut SYST, when: &str) {
        assert!(!systick.is_counter_enabled(), "{when}, SysTick should not count any more");
        assert!(!systick.is_interrupt_enabled(), "{when}, SysTick should not interrupt any more");
    }

    // The same code drives a pin of the chip: the LED of the board, on port F. It does not matter
    // whether the light is on at first: every edge changes it.
    fn drives_the_boards_led() {
        let mut systick = systick();
        let mut led = Led::take();
        for (before, after) in [(PinState::Low, true), (PinState::High, false)] {
            assert_eq!(led.set_state(before), Ok(()));
            assert_eq!(blink(&mut systick, &mut led, wfi, 3), Ok(()));
            assert_eq!(
                led.is_set_high(),
                Ok(after),
                "three edges should end at the other level than {before:?}",
            );
        }
    }

    mod board;
}
