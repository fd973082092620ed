//! Hands a program to the compiler by way of trybuild, and judges what the compiler says.
//!
//! Trybuild compares messages to the letter, which would reject a solution for the names in its own macro. So it
//! records the message here, next to a copy of the program, and the comparison is done by line, by error code, and by
//! the words that must occur. In a program, a line that must be refused ends in a comment:
//!
//! ```text
//! let _: Option<inner::Hidden> = None; //~ E0603: the enum belongs to its module
//! ```
//!
//! that is, the code of the error, and the reason.

use std::fs::File;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{env, fs};
use trybuild::TestCases;

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
    accepted(name);
    let Program { path, .. } = Program::read(name);
    let outcome = one_at_a_time(|| quietly(|| TestCases::new().pass(&path)));
    assert!(
        outcome.is_ok(),
        "{path} compiles, but fails when it is run: see above"
    );
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
        panic!("{path} is refused where it should compile:\n\n{text}");
    }
    for (line, code, why) in &marked {
        let Some(error) = errors.iter().find(|error| error.line == Some(*line)) else {
            panic!("{path}, line {line}, compiles, but should not: {why}\n\n{recorded}");
        };
        assert!(
            error.headline.starts_with(&format!("error[{code}]")),
            "{path}, line {line}, is refused for another reason than it should be: {why}\n\n{}",
            error.text
        );
    }
}

/// Requires that `tests/programs/NAME.rs` is refused, with all these words in the first lines of the errors. Spaces do
/// not count.
#[track_caller]
pub(super) fn refused_with(name: &str, words: &[&str]) {
    let Program { path, source } = Program::read(name);
    let Some(recorded) = record(&path, &source) else {
        panic!("{path} compiles, but should not: two variants wrap the same type");
    };
    let headlines: Vec<&str> = errors(&recorded)
        .iter()
        .map(|error| error.headline)
        .collect();
    let headlines = headlines.join("\n");
    let dense = |text: &str| text.replace(' ', "");
    for word in words {
        assert!(
            dense(&headlines).contains(&dense(word)),
            "{path} is refused, but the compiler's message leaves its reader alone: it should name `{word}`, and says\n\n{headlines}\n"
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
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("error-from.lock");
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
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("error-from");
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
