//! Hands a program to the compiler by way of trybuild, and judges what the compiler says.
//!
//! Trybuild compares messages to the letter, which would reject a solution for the names of its private types. So
//! it records the message here, next to a copy of the program, and the comparison is done by line and by error
//! code. In a program, a line that must be refused ends in a comment:
//!
//! ```text
//! source.clear(); //~ E0502|E0499: the token would point at nothing
//! ```
//!
//! that is, one of these codes, and the reason.

use std::fs::File;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::{env, fs, process};
use trybuild::TestCases;

/// A line that must be refused.
struct Refusal<'a> {
    line: usize,
    code: &'a str,
    codes: Vec<&'a str>,
    why: &'a str,
}

/// One error of the compiler's.
#[derive(Debug)]
struct Message<'a> {
    code: &'a str,
    line: usize,
    text: &'a str,
}

/// Requires that `tests/compile_fail/NAME.rs` is refused on the lines that say so, and on no other.
#[track_caller]
pub(super) fn refused(name: &str) {
    let path = format!("tests/compile_fail/{name}.rs");
    let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let refusals: Vec<Refusal<'_>> = refusals(&source);
    assert!(
        !refusals.is_empty(),
        "{path}: no line says that it must be refused"
    );

    let recorded = record(&path, &source);
    let messages = recorded.as_deref().map_or(Vec::new(), messages);
    for refusal in &refusals {
        let Refusal {
            line, code, why, ..
        } = refusal;
        let Some(message) = messages.iter().find(|message| message.line == *line) else {
            panic!("{path}, line {line}, compiles, but should not: {why}\n\n    {code}\n");
        };
        assert!(
            refusal.codes.contains(&message.code),
            "{path}, line {line}, is refused for another reason than it should be: {why}\n\n{}",
            message.text
        );
    }
    let stray = messages
        .iter()
        .find(|message| refusals.iter().all(|refusal| refusal.line != message.line));
    if let Some(Message { line, text, .. }) = stray {
        panic!("{path}, line {line}, should compile, but is refused:\n\n{text}");
    }
}

/// Requires that `tests/compile_pass/NAME.rs` compiles.
#[track_caller]
pub(super) fn accepted(name: &str) {
    let path = format!("tests/compile_pass/{name}.rs");
    let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    if let Some(messages) = record(&path, &source) {
        panic!("{path} should compile, but is refused:\n\n{messages}");
    }
}

fn refusals(source: &str) -> Vec<Refusal<'_>> {
    let marked = source.lines().zip(1..).filter_map(|(text, line)| {
        let (code, note) = text.split_once(" //~ ")?;
        let (expected, why) = note.split_once(": ").expect("a reason after the colon");
        Some(Refusal {
            line,
            code: code.trim(),
            codes: expected.split('|').collect(),
            why,
        })
    });
    marked.collect()
}

/// What the compiler says about a program that it refuses; nothing about one that compiles.
#[track_caller]
fn record(path: &str, source: &str) -> Option<String> {
    // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
    unsafe { env::set_var("TRYBUILD", "overwrite") };
    let folder = Temporary::new();
    // Trybuild tries one program at a time, and asks twice a second whether it may go on. Waiting here is quicker.
    let lock = File::create(folder.0.with_file_name("compiles.lock")).expect("a lock file");
    lock.lock().expect("the lock of the tests that compile");

    let copy = folder.0.join("case.rs");
    // Without the comments, which the message would quote.
    let unmarked: Vec<&str> = source
        .lines()
        .map(|line| line.split(" //~ ").next().unwrap_or(line))
        .collect();
    fs::write(&copy, unmarked.join("\n") + "\n").expect("a copy of the program");
    let outcome = quietly(|| TestCases::new().compile_fail(&copy));
    let recorded = fs::read_to_string(copy.with_extension("stderr")).ok();
    match outcome {
        // The first is what trybuild says of a program that compiles.
        Err(said) if said != "1 of 1 tests failed" => {
            panic!("trybuild could not try {path}: {said}")
        }
        _ => recorded.map(|text| text.replace(&*copy.to_string_lossy(), path)),
    }
}

/// The errors in what trybuild recorded: blocks that begin like `error[E0599]: …`, with ` --> file:line:column` below.
fn messages(recorded: &str) -> Vec<Message<'_>> {
    let blocks = recorded
        .split("\n\n")
        .filter(|block| block.starts_with("error"));
    let messages = blocks.filter_map(|text| {
        let code = text
            .strip_prefix("error[")
            .and_then(|rest| rest.split(']').next())
            .unwrap_or("no code");
        let place = text
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("--> "))?;
        let line = place.rsplit(':').nth(1)?.parse().ok()?;
        Some(Message { code, line, text })
    });
    messages.collect()
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

/// A folder that goes away with the value.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compiles-{}", process::id()));
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
