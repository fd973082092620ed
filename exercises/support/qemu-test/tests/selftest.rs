//! The harness tests itself, on the board that it is for.
//!
//! `cargo nextest run --target thumbv7m-none-eabi -p qemu-test --test selftest --test outcomes`

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    use core::sync::atomic::{AtomicU32, Ordering};

    use qemu_test::board::{CLOCK_HZ, Register, gate};
    use qemu_test::{irq, sleep, time};

    const GREETING: &str = "hello";

    static COUNT: AtomicU32 = AtomicU32::new(0);

    fn add(left: u32, right: u32) -> u32 {
        left + right
    }

    pub fn greeting() -> &'static str {
        GREETING
    }

    /// Attributes are kept, helpers are left alone.
    #[allow(clippy::bool_assert_comparison)]
    fn passes() {
        assert_eq!(add(2, 2), 4);
        assert_eq!(greeting().is_empty(), false);
    }

    fn may_return_a_result() -> Result<(), core::num::ParseIntError> {
        "12".parse::<u32>().map(|twelve| assert_eq!(twelve, 12))
    }

    #[should_panic]
    fn may_panic_where_it_should() {
        panic!("as it should");
    }

    /// The order of attributes does not matter, nor does a comma at the end.
    #[should_panic(expected = "index out of bounds",)]
    #[inline(never)]
    fn may_panic_with_the_right_message() {
        let none: &[u32] = &[];
        let _ = none[core::hint::black_box(0)];
    }

    #[ignore = "shows that ignored tests are left out"]
    fn is_left_out() {
        panic!("nobody asked for this");
    }

    fn statics_start_afresh() {
        assert_eq!(COUNT.fetch_add(1, Ordering::Relaxed), 0);
    }

    fn output_is_utf8() {
        qemu_test::println!("grüße, {}", '→');
    }

    // Virtual time goes on with the instructions, and only with them.
    fn cycles_follow_the_instructions() {
        let measure = || {
            let before = time::cycles();
            // Two instructions a round.
            // SAFETY: changes r0 alone.
            unsafe {
                core::arch::asm!("ldr r0, =10000", "0: subs r0, #1", "bne 0b", out("r0") _);
            }
            time::cycles() - before
        };
        let (first, second) = (measure(), measure());
        assert!(first.abs_diff(second) <= 1, "{first} and then {second} cycles");
        // 20,000 instructions of 64 ns in cycles of 80 ns.
        assert!(first.abs_diff(16_000) <= 100, "{first} cycles");
    }

    // The same without the harness's help, by the instruction itself.
    fn ticks_of_1_khz_wake_from_a_bare_wfi() {
        let mut systick = cortex_m::Peripherals::take().expect("nobody took them").SYST;
        systick.set_clock_source(cortex_m::peripheral::syst::SystClkSource::Core);
        systick.set_reload(CLOCK_HZ / 1_000 - 1);
        systick.clear_current();
        systick.enable_counter();
        systick.enable_interrupt();
        let before = time::cycles();
        while COUNT.load(Ordering::Relaxed) < 100 {
            cortex_m::asm::wfi();
        }
        let passed = time::cycles() - before;
        assert!(passed.abs_diff(CLOCK_HZ / 10) < 200, "{passed} cycles for 0.1 s");
    }

    // Asleep, time jumps to the next timer: two seconds pass in no time.
    fn sleep_costs_nothing() {
        let mut systick = cortex_m::Peripherals::take().expect("nobody took them").SYST;
        systick.set_clock_source(cortex_m::peripheral::syst::SystClkSource::Core);
        systick.set_reload(CLOCK_HZ / 2 - 1);
        systick.clear_current();
        systick.enable_counter();
        systick.enable_interrupt();
        let before = time::cycles();
        while COUNT.load(Ordering::Relaxed) < 4 {
            sleep::wfi();
        }
        let passed = time::cycles() - before;
        assert!(passed.abs_diff(2 * CLOCK_HZ) < 200, "{passed} cycles for 2 s");
    }

    mod handlers {
        #[cortex_m_rt::exception]
        fn SysTick() {
            super::COUNT.fetch_add(1, super::Ordering::Relaxed);
        }
    }

    fn sleep_is_measured_and_disturbed() {
        let mut meter = sleep::Meter::new();
        let ((), disturbances) = sleep::disturbed(1_000, || {
            let start = time::cycles();
            while time::cycles() - start < CLOCK_HZ / 10 {
                meter.sleep();
            }
        });
        assert!((99..=101).contains(&disturbances), "{disturbances} times in 0.1 s");
        assert!(meter.sleeps.abs_diff(disturbances) <= 1, "{meter:?}");
        assert!(meter.asleep > CLOCK_HZ / 10 - CLOCK_HZ / 100, "{meter:?}");
    }

    // With interrupts masked, a sleeper wakes all the same.
    fn a_masked_interrupt_ends_sleep() {
        let (asleep, disturbances) = sleep::disturbed(100, || {
            let mut meter = sleep::Meter::new();
            cortex_m::interrupt::free(|_| meter.sleep());
            meter.asleep
        });
        assert_eq!(disturbances, 1);
        assert!(asleep.abs_diff(CLOCK_HZ / 100) < 500, "{asleep} cycles");
    }

    fn an_alarm_ends_sleep() {
        let start = time::cycles();
        time::sleep(CLOCK_HZ / 4);
        let slept = time::cycles() - start;
        assert!(slept.abs_diff(CLOCK_HZ / 4) < 2_000, "{slept} cycles");
    }

    fn interrupts_reach_their_handlers() {
        extern "C" fn on_software_interrupt() {
            COUNT.store(7, Ordering::Relaxed);
        }
        irq::handle(50, on_software_interrupt);
        // SAFETY: the NVIC's software trigger register.
        unsafe { Register::at(0xe000_ef00) }.write(50);
        cortex_m::asm::isb();
        assert_eq!(COUNT.load(Ordering::Relaxed), 7);
    }

    // SAFETY: registers of UART0, which only the tests below use.
    const DATA: Register = unsafe { Register::at(0x4000_c000) };
    // SAFETY: as above.
    const FLAGS: Register = unsafe { Register::at(0x4000_c018) };
    const RECEIVE_EMPTY: u32 = 1 << 4;

    fn send(text: &str) {
        text.bytes().for_each(|byte| DATA.write(byte.into()));
    }

    // Compared with tests/transcripts/uart_is_compared.txt.
    fn uart_is_compared() {
        gate::gpio(0);
        send("to the byte\r\nin every line\r\n");
    }

    // Fed from tests/transcripts/uart_is_fed.in.
    fn uart_is_fed() {
        for _ in 0..26 {
            while FLAGS.read() & RECEIVE_EMPTY != 0 {}
            DATA.write(DATA.read() & !0x20);
        }
    }
}
