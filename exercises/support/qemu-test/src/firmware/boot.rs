//! This boot: its command line, the test that it is for, and its end.

use core::fmt::{self, Write};
use core::sync::atomic::{AtomicPtr, Ordering};

use super::semihosting::{self, Console};
use crate::args;
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

static CURRENT: AtomicPtr<Test> = AtomicPtr::new(core::ptr::null_mut());
static COMMAND_LINE: CommandLine = CommandLine::new();

/// What the firmware is asked to do.
pub(crate) fn arguments() -> &'static str {
    args::split_token(COMMAND_LINE.read()).1
}

/// From now on this test runs.
pub(crate) fn begin(test: &'static Test) {
    CURRENT.store(core::ptr::from_ref(test).cast_mut(), Ordering::Relaxed);
}

/// The test that runs, if one does.
pub(crate) fn current() -> Option<&'static Test> {
    // SAFETY: null, or stored by `begin` from a reference that lives for ever.
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
