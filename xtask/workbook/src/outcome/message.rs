//! What a person needs of a failed test's output.
//!
//! What the code under test prints can look like anything. It is shown here and decides nothing:
//! verdicts come from what nextest and the harnesses say.

use crate::text;

mod panics;
mod tools;

/// How many lines of what the code printed are shown.
const PRINTED_LINES: usize = 20;

/// How many different panics are shown; the last one is what failed the test.
const PANICS: usize = 3;

/// The essential part of a failed test's output: the panics, or the tool's finding (insta's diff,
/// trybuild's mismatch, proptest's smallest input), or the error that the test returned, and then
/// the end of what the code printed. Without colours, thread ids, backtraces and libtest's frame.
/// It stands under `reason`, which is left out where the output tells more and `always` is false.
pub(super) fn under_reason(reason: &str, always: bool, stdout: &str, stderr: &str) -> String {
    let Essence {
        mut findings,
        printed,
    } = Essence::of(stdout, stderr);
    if always || findings.is_empty() {
        findings.insert(0, reason.to_owned());
    }
    joined(findings, printed)
}

fn joined(mut parts: Vec<String>, printed: String) -> String {
    if !printed.is_empty() {
        parts.push(format!("printed:\n{printed}"));
    }
    parts.join("\n\n")
}

/// A test's output, taken apart.
struct Essence {
    /// What tells why it failed.
    findings: Vec<String>,
    /// The end of what the code printed.
    printed: String,
}

impl Essence {
    fn of(stdout: &str, stderr: &str) -> Self {
        let (stdout, expectation) = without_libtest(&text::plain(stdout));
        let (mut panics, stdout) = panics::split(&stdout);
        let (runners_word, stderr) = word_of_the_runner(&text::plain(stderr));
        let (panics_on_stderr, stderr) = panics::split(&stderr);
        panics.extend(panics_on_stderr);
        if let Some(finding) = tools::finding(&panics, &stdout, &stderr) {
            return Self {
                findings: vec![finding],
                printed: String::new(),
            };
        }
        let (said, stderr) = last_words(&stderr);
        let mut findings: Vec<String> = shown(&panics)
            .into_iter()
            .chain(expectation)
            .chain(said)
            .collect();
        // How a process ended matters where it died without a word.
        if findings.is_empty() {
            findings.extend(runners_word);
        }
        Self {
            findings,
            printed: printed(&stdout, &stderr),
        }
    }
}

/// The last of the different panics, in order.
fn shown(panics: &[panics::Panic]) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for panic in panics.iter().rev().map(ToString::to_string) {
        if shown.len() < PANICS && !shown.contains(&panic) {
            shown.push(panic);
        }
    }
    shown.reverse();
    shown
}

/// What libtest frames a test with, taken away; and what it says of a `#[should_panic]` that
/// wasn't met.
fn without_libtest(stdout: &str) -> (String, Option<String>) {
    let mut kept = Vec::new();
    let mut expectation = None;
    let mut lines = stdout.lines();
    while let Some(line) = lines.next() {
        if line == "failures:" {
            expectation = expectation_in(lines);
            break;
        }
        if !is_frame(line) {
            kept.push(line);
        }
    }
    (kept.join("\n"), expectation)
}

fn is_frame(line: &str) -> bool {
    let running = line
        .strip_prefix("running ")
        .is_some_and(|rest| rest.ends_with(" test") || rest.ends_with(" tests"));
    let result = line.starts_with("test result: ");
    let verdict = line.starts_with("test ")
        && [" ... ok", " ... FAILED", " ... ignored"]
            .iter()
            .any(|end| line.ends_with(end));
    running || result || verdict
}

/// From `---- NAME stdout ----`, `note: test did not panic as expected at …`.
fn expectation_in<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut section = lines
        .skip_while(|line| !line.starts_with("---- "))
        .skip(1)
        .take_while(|line| !line.is_empty());
    let first = section.next()?.strip_prefix("note: ")?;
    Some(
        [first]
            .into_iter()
            .chain(section)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// What the workbook's own runner says of a process that did not end as a test does.
fn word_of_the_runner(stderr: &str) -> (Option<String>, String) {
    let is_word = |line: &&str| {
        [
            "the test's process was ",
            "the test's process ended ",
            "qemu-runner: ",
        ]
        .iter()
        .any(|word| line.starts_with(word))
    };
    let (words, rest): (Vec<&str>, Vec<&str>) = stderr.lines().partition(is_word);
    (words.last().map(|&word| word.to_owned()), rest.join("\n"))
}

/// A stack overflow, or the error that a test returned: what a process says last without a panic.
fn last_words(stderr: &str) -> (Option<String>, String) {
    let lines: Vec<&str> = stderr.lines().collect();
    let overflow = lines.iter().position(|line| {
        line.starts_with("thread '") && line.ends_with(" has overflowed its stack")
    });
    let error = || lines.iter().rposition(|line| line.starts_with("Error: "));
    let Some(at) = overflow.or_else(error) else {
        return (None, stderr.to_owned());
    };
    let mut said = lines[at..].to_vec();
    said.retain(|line| !line.starts_with("fatal runtime error: "));
    let said = panics::without_thread_id(said.join("\n").trim_end());
    (Some(said), lines[..at].join("\n"))
}

/// The end of what was printed on both streams.
fn printed(stdout: &str, stderr: &str) -> String {
    let lines: Vec<&str> = stdout.trim().lines().chain(stderr.trim().lines()).collect();
    let skipped = lines.len().saturating_sub(PRINTED_LINES);
    let shown = lines[skipped..].join("\n");
    match skipped {
        0 => shown,
        1 => format!("… (1 line before)\n{shown}"),
        _ => format!("… ({skipped} lines before)\n{shown}"),
    }
}

#[cfg(test)]
mod tests;
