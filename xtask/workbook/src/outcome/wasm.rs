//! What `wasm-pack test` prints.
//!
//! Neither its exit code nor its words can be believed as they are: a module that calls
//! `process.exit(0)`, or waits for ever, ends with exit code 0 in Node, and in a browser the
//! runner takes any `test result: ok` on the page for its own. So a test counts as passed only if
//! the whole transcript agrees with itself: one announcement, one verdict a test, for the tests
//! that were expected and no others, one summary that adds up. What remains unresolved is to be
//! run alone: see [`WasmRun::to_isolate`] and [`alone`].
//!
//! In Node the runner can go further: it loads a script before the harness that marks the
//! harness's own lines with a secret. Lines without the mark are then the learner's prints.

use super::{BackendKind, TestId, TestResult, Verdict};
use crate::text;

pub use alone::{Alone, Ending, alone};
use transcript::{Transcript, Word};

mod alone;
mod failure;
mod transcript;

/// One run of `wasm-pack test` for one test file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WasmRun {
    /// The results that can be believed, in the order of the run. The output has no times of
    /// single tests: `millis` is 0.
    pub tests: Vec<TestResult>,
    /// Tests without a result that can be believed.
    pub unresolved: Vec<String>,
    /// Whether the harness began.
    pub started: bool,
    /// Whether the harness came to its end and its transcript adds up.
    pub finished: bool,
}

impl WasmRun {
    /// The tests that should run again, alone, for a result to go by: those without one, and,
    /// because a panic leaves the module's state behind it, those that failed after another.
    /// Where the run broke off, the first failure hasn't had its say either.
    pub fn to_isolate(&self) -> Vec<String> {
        let failed = self
            .tests
            .iter()
            .filter(|test| test.verdict != Verdict::Passed);
        let failed = failed
            .skip(usize::from(self.finished))
            .map(|test| test.id.name.clone());
        self.unresolved.iter().cloned().chain(failed).collect()
    }
}

/// Reads what `wasm-pack test` prints for the test file `binary`, whose tests are those that are `expected`. The
/// harness's own lines begin with `mark`, if there is one.
pub fn parse(
    stdout: &str,
    binary: &str,
    backend: BackendKind,
    expected: &[String],
    mark: Option<&str>,
) -> WasmRun {
    let transcript = Transcript::read(stdout, mark);
    let finished = transcript.adds_up(expected);
    let mut run = WasmRun {
        started: transcript.announced.is_some(),
        finished,
        ..WasmRun::default()
    };
    let names = transcript.names();
    let known = |name: &&str| expected.iter().any(|test| test == name);
    for name in names.iter().copied().filter(known) {
        let id = TestId::new(binary, name);
        let result = |verdict, message: String| TestResult::new(id, backend, verdict, message);
        match transcript.words(name).as_slice() {
            words if words.contains(&Word::Fail) => {
                let mut message = transcript
                    .block(name)
                    .map(failure::message)
                    .unwrap_or_default();
                if words.len() > 1 {
                    message.insert_str(0, "its output holds several verdicts on this test, and this is among them:\n\n");
                }
                run.tests
                    .push(result(Verdict::Failed, text::head(&message, MESSAGE)));
            }
            [Word::Ok] if finished || mark.is_some() => {
                run.tests.push(result(Verdict::Passed, String::new()))
            }
            [Word::Ignored] => {}
            _ => run.unresolved.push(name.to_owned()),
        }
    }
    let missing = expected
        .iter()
        .filter(|test| !names.contains(&test.as_str()));
    run.unresolved.extend(missing.cloned());
    run
}

/// How much of a test's message is kept, in bytes.
const MESSAGE: usize = 64 << 10;

/// The names in the output of `wasm-pack test … -- --list`, in the order in which they run.
pub fn list(stdout: &str) -> Vec<String> {
    let names = stdout
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    let mut names: Vec<String> = names
        .filter(|name| transcript::is_name(name))
        .map(str::to_owned)
        .collect();
    names.reverse();
    names
}

#[cfg(test)]
mod tests;
