//! Each test is one boot of the board, in virtual time.

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    use qemu_test::time;
    use systems_uart_driver::registers::data;
    use systems_uart_driver::{ReadError, Uart};

    use line::{CHARACTER, Pl011, Slow, assert_sent, ticks};
    use traffic::{Numbered, sleep_until, write_all};

    static BOARDS: Uart<Pl011, 512, 64> = Uart::new(Pl011);
    static UART: Uart<Slow, 32, 32> = Uart::new(Slow);

    extern "C" fn on_boards() {
        line::interrupted();
        BOARDS.on_interrupt();
    }

    extern "C" fn on_slow() {
        line::interrupted();
        UART.on_interrupt();
    }

    /// With room for a whole text.
    static WIDE: Uart<Slow, 32, 512> = Uart::new(Slow);

    extern "C" fn on_wide() {
        line::interrupted();
        WIDE.on_interrupt();
    }

    /// Starts the line and the driver.
    fn start(incoming: line::Incoming) {
        line::start(incoming);
        line::listen(on_slow);
        UART.start();
    }

    const TEXT: &[u8] = b"A UART sends one bit after the other, and so a character takes ten of them: a start bit, \
        eight that matter, a stop bit.\r\nAt 12000 baud that is most of a millisecond, in which this processor executes \
        ten thousand\r\ninstructions. Who waits for the line to be ready has thrown them away. Who sleeps, and is \
        woken, has not.\r\n";

    // The device that the board has. Compared with tests/transcripts/greets_on_the_boards_uart.txt.
    fn greets_on_the_boards_uart() {
        Pl011::clock();
        line::listen(on_boards);
        BOARDS.start();
        for line in ["hello, world\r\n", "this is UART0 of an lm3s6965evb\r\n", "\u{e9}\u{e8}\r\n"] {
            write_all(&BOARDS, line.as_bytes());
        }
        sleep_until(|| BOARDS.is_sent());
    }

    // The same device, both ways: tests/transcripts/answers_on_the_boards_uart.in comes in. The tildes at its start are
    // there to be lost: they may come before the driver is ready.
    fn answers_on_the_boards_uart() {
        time::allow_seconds(120);
        Pl011::clock();
        line::listen(on_boards);
        BOARDS.start();
        let mut last = 0;
        while last != b'.' {
            let mut byte = [0];
            sleep_until(|| BOARDS.read(&mut byte) == Ok(1));
            last = byte[0];
            if last != b'~' {
                write_all(&BOARDS, &[last.to_ascii_uppercase()]);
            }
        }
        write_all(&BOARDS, b"\r\n");
        sleep_until(|| BOARDS.is_sent());
    }

    // A driver is rarely the first: a boot loader has said its piece, and half of it is still in the FIFO, as are the keys
    // that somebody has pressed meanwhile, and the cause of an interrupt that nobody has served. A device is as it was left,
    // and not as after a reset.
    fn starts_a_device_that_was_in_use() {
        const LAST_WORDS: &[u8] = b"jumping to 0x4000";

        line::leave_in_use(LAST_WORDS);
        line::start(|tick| match tick {
            0..5 => Some(u32::from(b'x')),
            20..22 => Some(u32::from(b'A') + tick - 20),
            _ => None,
        });
        sleep_until(|| ticks() > 10);
        line::listen(on_slow);
        UART.start();
        sleep_until(|| ticks() > 13);
        assert!(UART.is_sent(), "what was in the FIFO should be gone, and nothing has been written since");
        let taken = UART.write(b"hello");
        assert_eq!(taken, 5, "there is room for 32 bytes in the ring alone");
        sleep_until(|| ticks() > 40);
        // One a tick, and the one that was on the line.
        assert_sent(b"jumping to 0hello");
        let mut received = [0; 32];
        assert_eq!(
            UART.read(&mut received).map(|count| &received[..count]),
            Ok(&b"AB"[..]),
            "5 characters came before `start`, and were never read; 2 came after it",
        );
    }

    // The transmit interrupt says that the FIFO has *become* half empty. It never does if nobody fills it, and it must
    // not be filled beyond its 16 characters. Compared with tests/transcripts/sends_everything_over_a_slow_line.txt.
    fn sends_everything_over_a_slow_line() {
        start(|_| None);
        write_all(&UART, TEXT);
        sleep_until(|| UART.is_sent());
        assert_sent(TEXT);
    }

    // Ten characters take as long as a hundred thousand instructions. A driver that waits for the FIFO to have room takes
    // that time from everyone; one with a ring puts the bytes down and goes.
    fn writing_takes_no_time() {
        start(|_| None);
        let before = time::cycles();
        let taken = UART.write(&TEXT[..32]);
        let took = time::cycles() - before;
        assert_eq!(taken, 32, "there is room for 32 bytes in the ring alone");
        assert!(
            took < 3 * CHARACTER,
            "to write 32 bytes took {took} cycles, in which the line sends {}: `write` should not wait for it",
            took / CHARACTER,
        );
        assert!(!UART.is_sent(), "the line takes 32 characters' time for it");
        sleep_until(|| UART.is_sent());
        assert_sent(&TEXT[..32]);
    }

    // Room is finite, and only the caller knows what to do when there is none: to wait, to drop, to shorten. So it is
    // told how much was taken, to the byte.
    fn takes_as_much_as_there_is_room_for() {
        start(|_| None);
        let first = UART.write(TEXT);
        // The ring, the FIFO, and the character on the line.
        assert!(
            (32..=32 + 17).contains(&first),
            "a ring of 32 bytes and a FIFO of 16 took {first} bytes at once"
        );
        let second = UART.write(&TEXT[first..]);
        assert!(second <= 17, "with the ring full there was still room for {second} bytes");
        sleep_until(|| UART.is_sent());
        assert_sent(&TEXT[..first + second]);
        // And now there is room again.
        let third = UART.write(&TEXT[first + second..]);
        assert!(third >= 32, "with everything sent, there should be room for 32 bytes again, not for {third}");
        sleep_until(|| UART.is_sent());
        assert_sent(&TEXT[..first + second + third]);
    }

    // The FIFO is there so that not every character interrupts. A handler that refills it pays once for eight.
    fn sends_many_characters_an_interrupt() {
        line::start(|_| None);
        line::listen(on_wide);
        WIDE.start();
        assert_eq!(WIDE.write(TEXT), TEXT.len(), "the ring has room for 512 bytes");
        sleep_until(|| WIDE.is_sent());
        assert_sent(TEXT);
        let (bytes, interrupts) = (TEXT.len() as u32, line::count());
        assert!(
            interrupts <= bytes / 8 + 8,
            "{bytes} bytes should take an interrupt for every 8 of them or more, but they took {interrupts}",
        );
        assert!(interrupts > 0, "a driver that is never interrupted must have waited");
    }

    // With nothing more to send, "half empty" is the normal state, and no reason to be called. A cause that is neither
    // masked nor taken back calls the handler again, as soon as it returns, for ever.
    fn is_quiet_when_there_is_nothing_to_do() {
        start(|_| None);
        for round in 1..=3 {
            write_all(&UART, &TEXT[..20 * round]);
            sleep_until(|| UART.is_sent());
            let (before, until) = (line::count(), ticks() + 50);
            sleep_until(|| ticks() >= until);
            let idle = line::count() - before;
            assert_eq!(idle, 0, "interrupts in 50 characters' time after everything was sent");
        }
    }

    // Two characters don't fill half a FIFO, and perhaps nothing follows them: a command, and a person who waits for the
    // answer. There is a cause of its own for that.
    fn receives_a_short_message() {
        start(|tick| (5..7).contains(&tick).then(|| u32::from(b'A') + tick - 5));
        let mut received = [0; 2];
        let mut count = 0;
        sleep_until(|| {
            count += UART.read(&mut received[count..]).unwrap_or_default();
            count == 2 || ticks() > 25
        });
        assert_eq!(
            &received[..count],
            b"AB",
            "2 characters came, and 18 characters' time later they should be there to be read",
        );
    }

    // At full speed, without a pause, as a modem sends. Nothing may be lost as long as the ring is emptied in time.
    fn receives_a_long_message_without_loss() {
        start(|tick| (tick < 200).then_some(tick));
        let mut numbered = Numbered::default();
        sleep_until(|| {
            numbered.read(&UART);
            ticks() > 210
        });
        assert_eq!((numbered.bytes, numbered.overruns), (200, 0), "bytes that came, and overruns");
    }

    // A ring of 32 has room for 32. (That full and empty look the same, if all you have is two equal indices, is a
    // reason to count, or to let them run on; it isn't one to break the promise.)
    fn keeps_as_many_as_it_promises() {
        start(|tick| (tick < 32).then_some(tick));
        sleep_until(|| ticks() > 45);
        let mut numbered = Numbered::default();
        numbered.read(&UART);
        assert_eq!((numbered.bytes, numbered.overruns), (32, 0), "bytes kept, and overruns");
    }

    // Sooner or later the reader is late. What is lost then is lost, but the reader must learn *where*: a message with a
    // hole looks like a message. And what came before the hole is good.
    fn tells_where_the_ring_overran() {
        start(|tick| (tick < 70 || (100..120).contains(&tick)).then(|| if tick < 70 { tick } else { tick - 30 }));
        sleep_until(|| ticks() > 90);
        let mut numbered = Numbered::default();
        sleep_until(|| {
            numbered.read(&UART);
            ticks() > 130
        });
        assert_eq!(
            numbered.next, 90,
            "the last character has number 89, and came long after the reader was back",
        );
        assert!(numbered.overruns > 0, "of 70 characters that nobody read, some were lost, and nobody said so");
        let first = numbered.before_overrun;
        assert!(
            first >= 32,
            "what was in the ring when it overran should stay: the first 32 characters, but only {first} came before the \
             overrun was told",
        );
        let kept = numbered.bytes;
        assert!(kept >= 32 + 20, "a ring of 32 should keep 32 of 70 characters, and the 20 that came later; it kept {kept}");
    }

    // The device has a limit, too. When its interrupt has to wait, its FIFO fills up, and what comes next is dropped by
    // the hardware. It says so, once, with the character after the hole.
    fn tells_where_the_fifo_overran() {
        start(|tick| (tick < 80).then_some(tick));
        sleep_until(|| ticks() > 19);
        line::hold_back();
        sleep_until(|| ticks() > 50);
        line::listen(on_slow);
        let mut numbered = Numbered::default();
        sleep_until(|| {
            numbered.read(&UART);
            ticks() > 90
        });
        assert_eq!(numbered.next, 80, "the last character has number 79");
        assert_eq!(numbered.overruns, 1, "overruns told; there was one, of the FIFO");
        assert!(numbered.bytes >= 80 - 31, "more was lost than while the interrupt was held back");
    }

    // Above the eight bits of a character stands whether to believe them. A driver that takes the byte alone makes data of
    // noise.
    fn a_damaged_character_is_no_byte() {
        start(|tick| match tick {
            0..10 => Some(u32::from(b'a')),
            10 => Some(u32::from(b'?') | data::FRAMING),
            11 => Some(u32::from(b'b')),
            12 => Some(u32::from(b'?') | data::PARITY),
            13 => Some(data::BREAK | data::FRAMING),
            14 => Some(u32::from(b'c')),
            _ => None,
        });
        sleep_until(|| ticks() > 30);
        let mut buffer = [0; 32];
        for expected in [Ok("aaaaaaaaaa"), Err(ReadError::Damaged), Ok("b"), Err(ReadError::Damaged), Err(ReadError::Damaged), Ok("c"), Ok("")] {
            let read = UART.read(&mut buffer).map(|count| core::str::from_utf8(&buffer[..count]).unwrap_or("no text"));
            assert_eq!(read, expected, "10 good characters, a bad one, a good one, two bad ones, a good one");
        }
    }

    // Both directions at full speed, and the handler between any two instructions of the main program. A look and an act
    // that belong together, and that it comes between, stop the line for good or lose a byte.
    fn serves_both_directions_at_once() {
        start(|tick| (tick < 220).then_some(tick % 220));
        let mut echoed = 0_u32;
        let mut waiting: Option<u8> = None;
        sleep_until(|| {
            loop {
                if waiting.is_none() {
                    let mut byte = [0];
                    match UART.read(&mut byte) {
                        Ok(0) => break,
                        Ok(_) => waiting = Some(byte[0]),
                        Err(error) => panic!("after {echoed} bytes echoed: {error}"),
                    }
                }
                let Some(byte) = waiting else { break };
                if UART.write(&[byte]) == 0 {
                    break;
                }
                waiting = None;
                echoed += 1;
            }
            (echoed == 220 && UART.is_sent()) || ticks() > 400
        });
        let expected: [u8; 220] = core::array::from_fn(|number| number as u8);
        assert_sent(&expected);
    }

    mod line;
    mod traffic;
}
