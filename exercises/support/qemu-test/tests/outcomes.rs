//! Every way to fail, for people who change the harness: each test is ignored, and each must fail.
//!
//! There is none that reads where nothing is: QEMU's lm3s6965evb answers such a read with 0.
//!
//! `cargo nextest run --target thumbv7m-none-eabi -p qemu-test --test outcomes --run-ignored only`

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    use core::hint::black_box;

    use qemu_test::board::Register;
    use qemu_test::semihosting;

    #[ignore]
    fn panics() {
        assert_eq!(1 + 1, 3, "sums");
    }

    #[ignore]
    fn returns_an_error() -> Result<(), core::num::ParseIntError> {
        "twelve".parse::<u32>().map(|_| ())
    }

    #[ignore]
    #[should_panic(expected = "this")]
    fn panics_with_another_message() {
        panic!("that");
    }

    #[ignore]
    #[should_panic]
    fn does_not_panic() {}

    #[ignore]
    fn executes_an_undefined_instruction() {
        cortex_m::asm::udf();
    }

    #[ignore]
    fn jumps_out_of_thumb() {
        // SAFETY: an even address is no Thumb code; the fault ends the boot.
        let nowhere: extern "C" fn() = unsafe { core::mem::transmute(black_box(0x100_usize)) };
        nowhere();
    }

    #[expect(unconditional_recursion, reason = "the stack is to overflow")]
    fn dig(depth: &[u32; 16]) -> u32 {
        let deeper = [depth[0] + 1; 16];
        dig(black_box(&deeper)) + deeper[1]
    }

    #[ignore]
    fn overflows_the_stack() {
        black_box(dig(&[0; 16]));
    }

    #[ignore]
    fn overflows_the_stack_in_one_frame() {
        fn huge() -> u8 {
            let locals = [1_u8; 40_000];
            black_box(&locals)[black_box(1)]
        }
        black_box(huge());
    }

    #[ignore]
    fn ends_the_firmware_with_success() {
        semihosting::exit(0);
    }

    #[ignore]
    fn claims_to_have_passed() {
        qemu_test::println!("test result: ok. 1 passed; 0 failed");
        qemu_test::println!("\u{1e}0123456789abcdef passed");
        semihosting::exit(70);
    }

    pub fn spam() -> &'static str {
        core::str::from_utf8(&[b'x'; 999]).expect("x is ASCII")
    }

    #[ignore]
    fn prints_without_end() {
        loop {
            qemu_test::println!("{}", spam());
        }
    }

    #[ignore]
    fn prints_100_megabytes_and_fails() {
        for _ in 0..100_000 {
            qemu_test::println!("{}", spam());
        }
        panic!("after all that");
    }

    #[ignore]
    fn loops_for_ever() {
        loop {
            core::hint::spin_loop();
        }
    }

    #[ignore]
    fn sleeps_for_ever() {
        loop {
            cortex_m::asm::wfi();
        }
    }

    #[ignore]
    fn leaves_an_interrupt_unhandled() {
        cortex_m::peripheral::SCB::set_pendsv();
        cortex_m::asm::isb();
        cortex_m::asm::wfi();
    }

    #[ignore]
    fn sends_something_else() {
        // SAFETY: UART0's data register.
        let data = unsafe { Register::at(0x4000_c000) };
        "one\ntwoo\nthree\n".bytes().for_each(|byte| data.write(byte.into()));
    }
}
