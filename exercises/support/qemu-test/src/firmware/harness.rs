//! Runs one test and ends the boot.

use core::fmt::{self, Debug, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

pub use super::boot::Test;
use super::boot::{self, finish, say};
use super::time;
use crate::args::{self, Command};
use crate::protocol::Ending;

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

/// Does what the command line asks for.
pub fn main(tests: &'static [Test]) -> ! {
    time::start();
    match args::parse(boot::arguments()) {
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
    boot::begin(test);
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

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    static PANICKING: AtomicBool = AtomicBool::new(false);

    cortex_m::interrupt::disable();
    let test = boot::current();
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
