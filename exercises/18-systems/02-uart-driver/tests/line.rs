//! What the tests bring along: the board's UART0, and a line that is as slow as a real one.
//!
//! QEMU's PL011 is too kind. It sends a character in no time, so that its transmit FIFO is never full, and it takes a
//! character from the host only when there is room, so that nothing overruns. [`Slow`] has what it lacks: a character
//! takes as long as at 12 000 baud, in the board's own time, and what comes when the FIFO is full is lost. What it
//! sends in the end goes out through UART0.

use core::cell::RefCell;
use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::interrupt::{Mutex, free};
use cortex_m::peripheral::syst::SystClkSource;
use qemu_test::board::{self, CLOCK_HZ};
use qemu_test::irq;
use systems_uart_driver::registers::{Register, Registers, control, data, flags, interrupts, line};

/// How many cycles a character takes: 833 µs, with its start and stop bits.
pub(crate) const CHARACTER: u32 = CLOCK_HZ / 1_200;

const UART0: usize = 0x4000_c000;
const UART0_IRQ: u32 = 5;
const FIFO: usize = 16;

/// UART0 of the board.
#[derive(Debug)]
pub(crate) struct Pl011;

impl Pl011 {
    fn register(register: Register) -> board::Register {
        // SAFETY: a register of UART0, which reads and writes no memory.
        unsafe { board::Register::at(UART0 + register.offset()) }
    }

    /// Gives UART0 its clock.
    pub(crate) fn clock() {
        // SAFETY: the register for the clocks of UARTs and timers; gating breaks no memory.
        let gate = unsafe { board::Register::at(0x400f_e104) };
        gate.write(gate.read() | 1);
    }
}

impl Registers for Pl011 {
    fn read(&self, register: Register) -> u32 {
        let value = Self::register(register).read();
        let on = || Self::register(Register::Control).read() & control::ENABLE != 0;
        // QEMU receives even while the UART is off, so that who empties it then would never come to an end.
        if register == Register::Flags && !on() {
            return value | flags::RECEIVE_EMPTY;
        }
        value
    }

    fn write(&self, register: Register, value: u32) {
        Self::register(register).write(value);
    }
}

/// How often the handler ran.
static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

/// Counts an interrupt; every handler of the tests calls it.
pub(crate) fn interrupted() {
    let count = INTERRUPTS.fetch_add(1, Ordering::Relaxed);
    assert!(
        count < 5_000,
        "the handler was called {count} times in a row or for next to nothing: `on_interrupt` returns, and the cause of \
         the interrupt is still there"
    );
}

/// How often the UART has interrupted so far.
pub(crate) fn count() -> u32 {
    INTERRUPTS.load(Ordering::Relaxed)
}

/// Lets the UART interrupt, from now on.
pub(crate) fn listen(handler: extern "C" fn()) {
    irq::handle(UART0_IRQ, handler);
}

/// Lets the UART's interrupt wait, as code does that has something more urgent to do.
pub(crate) fn hold_back() {
    irq::ignore(UART0_IRQ);
}

/// A PL011 at a slow line.
#[derive(Debug)]
pub(crate) struct Slow;

/// What comes in, one character's time after the other; `None` is silence.
pub(crate) type Incoming = fn(u32) -> Option<u32>;

struct State {
    incoming: Incoming,
    ticks: u32,
    received: Fifo,
    to_send: Fifo,
    /// What is on the line just now.
    sending: Option<u32>,
    overrun: bool,
    silence: u32,
    line: u32,
    control: u32,
    mask: u32,
    raw: u32,
    /// What was sent, as far as there is room.
    sent: [u8; 1024],
    sent_count: usize,
    /// Characters that were written while the FIFO was full.
    spilled: u32,
}

struct Fifo {
    characters: [u32; FIFO],
    count: usize,
}

impl Fifo {
    const fn new() -> Self {
        Self {
            characters: [0; FIFO],
            count: 0,
        }
    }

    fn push(&mut self, character: u32) {
        self.characters[self.count] = character;
        self.count += 1;
    }

    fn pop(&mut self) -> Option<u32> {
        let first = (self.count > 0).then(|| self.characters[0])?;
        self.characters.copy_within(1.., 0);
        self.count -= 1;
        Some(first)
    }
}

static STATE: Mutex<RefCell<State>> = Mutex::new(RefCell::new(State {
    incoming: |_| None,
    ticks: 0,
    received: Fifo::new(),
    to_send: Fifo::new(),
    sending: None,
    overrun: false,
    silence: 0,
    line: 0,
    // As it is after a reset.
    control: control::TRANSMIT | control::RECEIVE,
    mask: 0,
    raw: 0,
    sent: [0; 1024],
    sent_count: 0,
    spilled: 0,
}));

fn with<T>(code: impl FnOnce(&mut State) -> T) -> T {
    free(|token| code(&mut STATE.borrow(token).borrow_mut()))
}

/// Starts the line: from now on a character's time passes with every tick of SysTick.
pub(crate) fn start(incoming: Incoming) {
    Pl011::clock();
    with(|state| state.incoming = incoming);
    let mut systick = cortex_m::Peripherals::take()
        .expect("a test starts the line once")
        .SYST;
    systick.set_clock_source(SystClkSource::Core);
    systick.set_reload(CHARACTER - 1);
    systick.clear_current();
    systick.enable_interrupt();
    systick.enable_counter();
}

/// Leaves the UART as a boot loader does that has polled it: on, without interrupts, and with a text on its way.
pub(crate) fn leave_in_use(text: &[u8]) {
    Slow.write(Register::LineControl, line::EIGHT_BITS | line::FIFOS);
    let on = control::ENABLE | control::TRANSMIT | control::RECEIVE;
    Slow.write(Register::Control, on);
    for &byte in text {
        Slow.write(Register::Data, byte.into());
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    with(State::tick);
}

/// How many characters' times have passed.
pub(crate) fn ticks() -> u32 {
    with(|state| state.ticks)
}

/// Checks what was sent, byte for byte.
pub(crate) fn assert_sent(expected: &[u8]) {
    let spilled = with(|state| state.spilled);
    assert_eq!(
        spilled, 0,
        "so many characters were written into a FIFO that was full, and are lost"
    );
    let (sent, count) = with(|state| (state.sent, state.sent_count));
    let sent = &sent[..count];
    let same = sent
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    assert!(
        sent == expected,
        "{} bytes should have been sent, and {count} were; the first {same} are right",
        expected.len(),
    );
}

impl State {
    /// How many characters a FIFO holds.
    fn depth(&self) -> usize {
        if self.line & line::FIFOS == 0 {
            1
        } else {
            FIFO
        }
    }

    /// Sets how a character looks. FIFOs that are switched on or off are empty after that; the causes stay.
    fn look(&mut self, value: u32) {
        if (self.line ^ value) & line::FIFOS != 0 {
            (self.received.count, self.to_send.count) = (0, 0);
        }
        self.line = value;
    }

    fn tick(&mut self) {
        self.ticks += 1;
        if let Some(character) = self.sending.take() {
            // On the real line, at last.
            Pl011.write(Register::Data, character);
            if let Some(place) = self.sent.get_mut(self.sent_count) {
                *place = character as u8;
                self.sent_count += 1;
            }
        }
        self.load();
        let next = (self.incoming)(self.ticks - 1);
        let on = control::ENABLE | control::RECEIVE;
        match next.filter(|_| self.control & on == on) {
            Some(character) => self.arrive(character),
            None => {
                self.silence += 1;
                if self.silence == 4 && self.received.count > 0 {
                    self.raw |= interrupts::RECEIVE_TIMEOUT;
                }
            }
        }
        self.interrupt();
    }

    /// Puts the next character on the line, if that is free.
    fn load(&mut self) {
        let on = control::ENABLE | control::TRANSMIT;
        if self.sending.is_some() || self.control & on != on {
            return;
        }
        self.sending = self.to_send.pop();
        if self.sending.is_some() && self.to_send.count == self.depth() / 2 {
            self.raw |= interrupts::TRANSMIT;
        }
    }

    fn arrive(&mut self, character: u32) {
        self.silence = 0;
        if self.received.count == self.depth() {
            self.overrun = true;
            return;
        }
        let overrun = if core::mem::take(&mut self.overrun) {
            data::OVERRUN
        } else {
            0
        };
        self.received.push(character | overrun);
        if self.received.count == self.depth().div_ceil(2) {
            self.raw |= interrupts::RECEIVE;
        }
    }

    fn take(&mut self) -> u32 {
        let character = self.received.pop().unwrap_or_default();
        if self.received.count < self.depth().div_ceil(2) {
            self.raw &= !interrupts::RECEIVE;
        }
        if self.received.count == 0 {
            self.raw &= !interrupts::RECEIVE_TIMEOUT;
        }
        character
    }

    fn send(&mut self, character: u32) {
        if self.to_send.count == self.depth() {
            self.spilled += 1;
            return;
        }
        self.to_send.push(character & 0xff);
        if self.to_send.count > self.depth() / 2 {
            self.raw &= !interrupts::TRANSMIT;
        }
        if self.sending.is_none() {
            self.load();
        }
    }

    fn flags(&self) -> u32 {
        let flag = |is: bool, flag| if is { flag } else { 0 };
        flag(
            self.sending.is_some() || self.to_send.count > 0,
            flags::BUSY,
        ) | flag(self.received.count == 0, flags::RECEIVE_EMPTY)
            | flag(self.to_send.count == self.depth(), flags::TRANSMIT_FULL)
            | flag(self.received.count == self.depth(), flags::RECEIVE_FULL)
            | flag(self.to_send.count == 0, flags::TRANSMIT_EMPTY)
    }

    /// The interrupt line is a level: it is asked for as long as a cause is there.
    fn interrupt(&self) {
        // SAFETY: registers that set and clear pending interrupts.
        let (set, clear) = unsafe {
            (
                board::Register::at(0xe000_e200),
                board::Register::at(0xe000_e280),
            )
        };
        let register = if self.raw & self.mask == 0 {
            clear
        } else {
            set
        };
        register.write(1 << UART0_IRQ);
    }
}

impl Registers for Slow {
    fn read(&self, register: Register) -> u32 {
        with(|state| {
            let value = match register {
                Register::Data => state.take(),
                Register::Flags => state.flags(),
                Register::LineControl => state.line,
                Register::Control => state.control,
                Register::InterruptMask => state.mask,
                Register::RawInterrupts => state.raw,
                Register::MaskedInterrupts => state.raw & state.mask,
                Register::InterruptClear => 0,
            };
            state.interrupt();
            value
        })
    }

    fn write(&self, register: Register, value: u32) {
        with(|state| {
            match register {
                Register::Data => state.send(value),
                Register::LineControl => state.look(value),
                Register::Control => state.control = value,
                Register::InterruptMask => state.mask = value,
                Register::InterruptClear => state.raw &= !value,
                Register::Flags | Register::RawInterrupts | Register::MaskedInterrupts => {}
            }
            state.interrupt();
        });
    }
}
