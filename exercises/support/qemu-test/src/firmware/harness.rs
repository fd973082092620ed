//! Runs one test and ends the boot.

use core::fmt::{self, Debug, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::semihosting::{self, Console};
use super::time;
use crate::args::{self, Command};
use crate::protocol::{Ending, MARK};

/// One row of the table that [`tests!`](crate::tests) makes.
#[derive(Debug)]
pub struct Test {
    /// The function's name.
    pub name: &'static str,
    /// The function, with its result reported.
    pub run: fn() -> bool,
    /// What the panic's message must contain, if the test should panic.
    pub should_panic: Option<&'static str>,
    /// Whether the test is left out unless asked for.
    pub ignored: bool,
}

/// What a test may return.
pub trait Verdict {
    /// Says what is wrong, if something is. True if nothing is.
    fn report(self) -> bool;
}

impl Verdict for () {
    fn report(self) -> bool {
        true
    }
}

impl<E: Debug> Verdict for Result<(), E> {
    fn report(self) -> bool {
        if let Err(error) = &self {
            say(format_args!("Error: {error:?}\n"));
        }
        self.is_ok()
    }
}

static CURRENT: AtomicPtr<Test> = AtomicPtr::new(core::ptr::null_mut());
static COMMAND_LINE: CommandLine = CommandLine::new();

/// Does what the command line asks for.
pub fn main(tests: &'static [Test]) -> ! {
    time::start();
    let (_, arguments) = args::split_token(COMMAND_LINE.read());
    match args::parse(arguments) {
        Ok(Command::List { only_ignored }) => {
            for test in tests.iter().filter(|test| test.ignored || !only_ignored) {
                say(format_args!("{}: test\n", test.name));
            }
            finish(Ending::Listed)
        }
        Ok(Command::Run(name)) => match tests.iter().find(|test| test.name == name) {
            Some(test) => run(test),
            None => refuse(format_args!("there is no test `{name}`")),
        },
        Err(error) => refuse(format_args!("{error}")),
    }
}

fn run(test: &'static Test) -> ! {
    CURRENT.store(core::ptr::from_ref(test).cast_mut(), Ordering::Relaxed);
    let passed = (test.run)();
    match test.should_panic {
        None if passed => finish(Ending::Passed),
        None => finish(Ending::Failed),
        Some(_) => {
            say(format_args!(
                "test `{}` did not panic as expected\n",
                test.name
            ));
            finish(Ending::Failed)
        }
    }
}

fn refuse(why: fmt::Arguments<'_>) -> ! {
    say(format_args!("qemu-test: {why}\n"));
    finish(Ending::Usage)
}

/// The test that runs, if one does.
pub(crate) fn current() -> Option<&'static Test> {
    // SAFETY: null, or stored by `run` from a reference that lives for ever.
    unsafe { CURRENT.load(Ordering::Relaxed).as_ref() }
}

pub(crate) fn say(text: fmt::Arguments<'_>) {
    // Nothing is left to do where even the console fails; the runner notices the missing mark.
    let _ = Console.write_fmt(text);
}

/// Ends the boot as the [protocol](crate::protocol) demands.
pub(crate) fn finish(ending: Ending) -> ! {
    cortex_m::interrupt::disable();
    let (token, _) = args::split_token(COMMAND_LINE.read());
    say(format_args!("{MARK}{token} {}\n", ending.word()));
    semihosting::exit(ending.code())
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    static PANICKING: AtomicBool = AtomicBool::new(false);

    cortex_m::interrupt::disable();
    let test = current();
    if PANICKING.swap(true, Ordering::Relaxed) {
        say(format_args!("\nthe panic's message itself panicked\n"));
        finish(Ending::Failed)
    }
    // The same words as on the host, so that one reader understands both.
    let name = test.map_or("main", |test| test.name);
    say(format_args!("\nthread '{name}' {info}\n"));

    match test.and_then(|test| test.should_panic) {
        None => finish(Ending::Failed),
        Some(expected) => {
            let mut message = Message::new();
            // A message that does not fit is cut; what was expected is looked for in the rest.
            let _ = write!(message, "{}", info.message());
            if message.as_str().contains(expected) {
                finish(Ending::Passed)
            }
            say(format_args!(
                "note: the panic's message should contain `{expected}`\n"
            ));
            finish(Ending::Failed)
        }
    }
}

/// The start of a panic's message.
struct Message {
    bytes: [u8; 1024],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self {
            bytes: [0; 1024],
            length: 0,
        }
    }

    fn as_str(&self) -> &str {
        let text = &self.bytes[..self.length];
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(cut) => core::str::from_utf8(&text[..cut.valid_up_to()]).unwrap_or_default(),
        }
    }
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fits = text.len().min(self.bytes.len() - self.length);
        self.bytes[self.length..self.length + fits].copy_from_slice(&text.as_bytes()[..fits]);
        self.length += fits;
        if fits == text.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

/// The command line, fetched from the host once.
struct CommandLine {
    bytes: core::cell::UnsafeCell<[u8; 512]>,
    text: core::cell::Cell<Option<&'static str>>,
}

// SAFETY: it is filled by the first call of `read`, in `main`, before anything else runs; every
// later call only reads.
unsafe impl Sync for CommandLine {}

impl CommandLine {
    const fn new() -> Self {
        Self {
            bytes: core::cell::UnsafeCell::new([0; 512]),
            text: core::cell::Cell::new(None),
        }
    }

    fn read(&'static self) -> &'static str {
        if let Some(text) = self.text.get() {
            return text;
        }
        // SAFETY: `text` is still empty, so nothing borrows the bytes; see `Sync`.
        let bytes = unsafe { &mut *self.bytes.get() };
        let text = semihosting::command_line(bytes).unwrap_or_default();
        self.text.set(Some(text));
        text
    }
}
