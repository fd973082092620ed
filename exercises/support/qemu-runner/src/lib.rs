//! Runs firmware for the Cortex-M3 in QEMU, and tells whether it passed.
//!
//! Cargo calls a runner as `RUNNER ELF ARGS…`. What the arguments ask for decides the rest:
//!
//! - `--list`, `--exact NAME`: one boot of a firmware made with `qemu-test`, as cargo-nextest
//!   wants it. It counts only if it ends by the protocol of `qemu-test`; the exit code is 0 for a
//!   pass, 101 for a failure, 3 if QEMU could not be started.
//! - anything else, with such a firmware: what `cargo test` wants, a boot a test.
//! - anything else, with any other firmware: `cargo run`. Its output and its exit code are passed
//!   on.
//!
//! A test may have a transcript, `tests/transcripts/NAME.txt` under the working directory, which
//! cargo and nextest set to the package's folder. What the firmware wrote to UART0 must equal it to
//! the byte. `NAME.in` beside it is what UART0 receives.

#![warn(missing_docs)]

mod boot;
mod console;
mod protocol;
mod suite;
mod transcript;
mod verdict;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use boot::{Boot, Ended, StartError};
use protocol::{Ending, Token};
use transcript::Transcript;

/// The exit code for a test that failed, as libtest has it.
const FAILED: u8 = 101;
/// The exit code when nothing could be tried.
const BROKEN: u8 = 3;
/// The exit code for a wrong command line.
const USAGE: u8 = 2;

/// The runner: `arguments` are the path of the firmware and the firmware's own arguments.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let Some(elf) = arguments.next() else {
        eprintln!("usage: qemu-runner ELF [ARGUMENT…]");
        return ExitCode::from(USAGE);
    };
    let elf = Path::new(&elf);
    let arguments: Vec<String> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let asked = |option: &str| arguments.iter().any(|argument| argument == option);

    let code = if asked("--list") {
        list(elf, &arguments)
    } else if asked("--exact") {
        one(elf, &arguments)
    } else {
        match protocol::is_spoken_by(elf) {
            Ok(true) => suite::run(elf, &arguments),
            Ok(false) => plain(elf, &arguments),
            Err(error) => Err(StartError::firmware(elf, &error)),
        }
    };
    code.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        BROKEN
    })
    .into()
}

/// Lists the tests, and prints nothing else: nextest reads every line.
fn list(elf: &Path, arguments: &[String]) -> Result<u8, StartError> {
    suite::names(elf, arguments)?
        .iter()
        .for_each(|name| println!("{name}: test"));
    Ok(0)
}

/// Runs one test, and compares its transcript.
fn one(elf: &Path, arguments: &[String]) -> Result<u8, StartError> {
    let name = arguments.iter().find(|argument| !argument.starts_with('-'));
    let transcript = name.map(|name| Transcript::of(name)).unwrap_or_default();
    let token = Token::new();
    let ended = Boot::new(elf)
        .token(&token)
        .arguments(arguments)
        .input(transcript.input())
        .run(boot::Output::PassOn)?;
    let code = judge(&ended);
    match transcript.complaint(&ended.uart) {
        None => Ok(code),
        Some(complaint) => {
            println!("\n{complaint}");
            Ok(FAILED)
        }
    }
}

/// Runs firmware that is no test.
fn plain(elf: &Path, arguments: &[String]) -> Result<u8, StartError> {
    let ended = Boot::new(elf)
        .arguments(arguments)
        .run(boot::Output::PassOn)?;
    transcript::print_uart(&ended.uart);
    match ended.status.code() {
        Some(code) => Ok(u8::try_from(code).unwrap_or(FAILED)),
        None => {
            eprintln!("error: QEMU was ended by a signal: {}", ended.status);
            Ok(FAILED)
        }
    }
}

/// The exit code of a test's boot, explained where the firmware has not done so itself.
fn judge(ended: &Ended) -> u8 {
    match verdict::complaint(ended, Ending::Passed) {
        None => 0,
        Some(complaint) => {
            if !complaint.is_empty() {
                println!("\nqemu-runner: {complaint}");
            }
            FAILED
        }
    }
}
