//! Hands a program to the compiler by way of trybuild, and judges what the compiler says.
//!
//! Trybuild compares messages to the letter, which would reject a solution for its choice of words. So it
//! records the message here, next to a copy of the program, and the comparison is done by line. In a program, a
//! line that must be refused ends in a comment:
//!
//! ```text
//! let _: Option<inner::HiddenBuilder> = None; //~ E0603: the struct belongs to its module
//! ```
//!
//! that is, the code of the error, or `refused` if any will do, and the reason.

use std::fs::File;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, thread};
use trybuild::TestCases;

/// Set for a test that was started by itself, to run a program.
const TRIED: &str = "VALIDATED_BUILDER_TRIED";

/// Requires that `tests/programs/NAME.rs` compiles.
#[track_caller]
pub(super) fn accepted(name: &str) {
    let Program { path, source } = Program::read(name);
    if let Some(messages) = record(&path, &source) {
        panic!("{path} should compile, but is refused:\n\n{messages}");
    }
}

/// Requires that `tests/programs/NAME.rs` compiles, and that it ends well when it is run.
#[track_caller]
pub(super) fn runs(name: &str) {
    let Program { path, .. } = Program::read(name);
    if env::var_os(TRIED).is_some() {
        TestCases::new().pass(&path);
        return;
    }
    // Trybuild prints what the compiler and the program say, and does not return it. So this test starts itself once more.
    let test = thread::current().name().unwrap_or_default().to_owned();
    let again = env::current_exe().expect("the path of this test");
    let output = one_at_a_time(|| {
        Command::new(again)
            .args(["--exact", &test, "--nocapture", "--test-threads=2"])
            .env(TRIED, name)
            .output()
    });
    let output = output.expect("this test, started once more");
    if output.status.success() {
        return;
    }
    let said = [output.stdout, output.stderr].concat();
    let said = without_escapes(&String::from_utf8_lossy(&said));
    let program = said.split_once(&*path).map_or(&*said, |(_, said)| said);
    if let Some((_, message)) = program.split_once(" panicked at ") {
        // After the place, and before the advice on backtraces.
        let message: Vec<&str> = message
            .lines()
            .skip(1)
            .take_while(|line| !line.starts_with("note: run with") && !line.starts_with('┈'))
            .collect();
        let message = message.join("\n");
        panic!("{path} compiles, but panics when it is run:\n\n{message}\n");
    }
    let messages: Vec<&str> = program
        .lines()
        .skip_while(|line| !line.starts_with('┈'))
        .skip(1)
        .take_while(|line| !line.starts_with('┈'))
        .collect();
    let messages = messages.join("\n");
    panic!("{path} should compile, but is refused:\n\n{messages}\n");
}

/// Requires that `tests/programs/NAME.rs` is refused on the lines that say so, and on no other.
#[track_caller]
pub(super) fn refused(name: &str) {
    let Program { path, source } = Program::read(name);
    let marked: Vec<(usize, &str, &str)> = source
        .lines()
        .zip(1..)
        .filter_map(|(text, line)| {
            let (code, why) = text.split_once(" //~ ")?.1.split_once(": ")?;
            Some((line, code, why))
        })
        .collect();
    assert!(
        !marked.is_empty(),
        "{path}: no line says that it must be refused"
    );

    let recorded = record(&path, &source).unwrap_or_default();
    let errors = errors(&recorded);
    let stray = errors
        .iter()
        .find(|error| marked.iter().all(|(line, ..)| error.line != Some(*line)));
    if let Some(Error { text, .. }) = stray {
        panic!("{path} is refused at another place than it should be:\n\n{text}");
    }
    for (line, code, why) in &marked {
        let Some(error) = errors.iter().find(|error| error.line == Some(*line)) else {
            panic!("{path}, line {line}, compiles, but should not: {why}\n\n{recorded}");
        };
        assert!(
            *code == "refused" || error.headline.starts_with(&format!("error[{code}]")),
            "{path}, line {line}, is refused for another reason than it should be: {why}\n\n{}",
            error.text
        );
    }
}

/// A program under `tests/programs/`.
struct Program {
    path: String,
    source: String,
}

impl Program {
    #[track_caller]
    fn read(name: &str) -> Self {
        let path = format!("tests/programs/{name}.rs");
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path, source }
    }
}

/// One error of the compiler's.
struct Error<'a> {
    headline: &'a str,
    line: Option<usize>,
    text: &'a str,
}

/// The errors in what trybuild recorded: blocks that begin like `error[E0603]: …`, with ` --> file:line:column` below.
fn errors(recorded: &str) -> Vec<Error<'_>> {
    let blocks = recorded
        .split("\n\n")
        .filter(|block| block.starts_with("error"));
    let errors = blocks.map(|text| {
        let place = text
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("--> "));
        Error {
            headline: text.lines().next().unwrap_or_default(),
            line: place.and_then(|place| place.rsplit(':').nth(1)?.parse().ok()),
            text,
        }
    });
    errors.collect()
}

/// What the compiler says about a program that it refuses; nothing about one that compiles.
#[track_caller]
fn record(path: &str, source: &str) -> Option<String> {
    // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
    unsafe { env::set_var("TRYBUILD", "overwrite") };
    // Without the comments, which would appear in a message that quotes the line.
    let unmarked: Vec<&str> = source
        .lines()
        .map(|line| line.split(" //~ ").next().unwrap_or(line))
        .collect();
    let (outcome, recorded) = one_at_a_time(|| {
        let folder = Temporary::new();
        let copy = folder.0.join("case.rs");
        fs::write(&copy, unmarked.join("\n") + "\n").expect("a copy of the program");
        let outcome = quietly(|| TestCases::new().compile_fail(&copy));
        let recorded = fs::read_to_string(copy.with_extension("stderr")).ok();
        let recorded = recorded.map(|text| text.replace(&*copy.to_string_lossy(), path));
        (outcome, recorded)
    });
    match outcome {
        // The first is what trybuild says of a program that compiles.
        Err(said) if said != "1 of 1 tests failed" => {
            panic!("trybuild could not try {path}: {said}")
        }
        _ => recorded,
    }
}

/// Trybuild tries one program at a time, and asks twice a second whether it may go on. Waiting here is quicker.
fn one_at_a_time<R>(run: impl FnOnce() -> R) -> R {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validated-builder.lock");
    let lock = File::create(path).expect("a lock file");
    lock.lock().expect("the lock of the tests that compile");
    run()
}

/// Runs what reports by panicking, and returns the message instead of printing it.
fn quietly(run: impl FnOnce()) -> Result<(), String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    outcome.map_err(|payload| match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload
            .downcast_ref::<&str>()
            .map_or_else(String::new, ToString::to_string),
    })
}

/// A folder that goes away with the value. There is one at a time.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validated-builder");
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left there does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Text as a terminal shows it, without the colours.
fn without_escapes(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    plain.extend(pieces.filter_map(|piece| Some(piece.split_once('m')?.1)));
    plain
}
