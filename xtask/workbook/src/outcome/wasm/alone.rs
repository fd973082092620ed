//! The verdict on a test that ran alone.

use super::{BackendKind, TestId, TestResult, Verdict, parse};
use crate::backend::Harness;

/// How the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With exit code 0.
    Success,
    /// With another exit code, or by a signal of its own.
    Failure,
    /// The runner ended it at its deadline.
    Deadline,
}

/// The run of one test: `wasm-pack test … -- --exact NAME`.
#[derive(Clone, Copy, Debug)]
pub struct Alone<'a> {
    /// Which test.
    pub id: &'a TestId,
    /// Where it ran.
    pub backend: BackendKind,
    /// What was printed.
    pub stdout: &'a str,
    /// What was printed on standard error.
    pub stderr: &'a str,
    /// What the harness's own lines begin with, if they are marked.
    pub mark: Option<&'a str>,
    /// How it ended.
    pub ending: Ending,
    /// How long it took, in milliseconds, less what starting costs.
    pub millis: u64,
}

/// Judges a test that ran alone. `Blocked` means that the harness never began: the machine is at
/// fault, not the code.
pub fn alone(run: &Alone<'_>) -> TestResult {
    let expected = [run.id.name.clone()];
    let parsed = parse(run.stdout, &run.id.binary, run.backend, &expected, run.mark);
    let (verdict, message) = match parsed.tests.into_iter().next() {
        Some(test) if test.verdict != Verdict::Passed => (test.verdict, test.message),
        Some(_) if parsed.finished && run.ending == Ending::Success => {
            (Verdict::Passed, String::new())
        }
        _ => without_verdict(run, parsed.started),
    };
    TestResult {
        millis: run.millis,
        ..TestResult::new(run.id.clone(), run.backend, verdict, message)
    }
}

fn without_verdict(run: &Alone<'_>, started: bool) -> (Verdict, String) {
    let hung_page = run.stderr.contains("/execute/sync timed out");
    let page_gave_up = run
        .stdout
        .contains("Failed to detect test as having been run");
    if let Some(crash) = crash(run.stderr).or_else(|| crash(run.stdout)) {
        return (Verdict::Failed, format!("the module crashed: {crash}"));
    }
    if run.ending == Ending::Deadline || hung_page || page_gave_up {
        return (Verdict::TimedOut, "stopped at its time limit".to_owned());
    }
    let in_page = matches!(
        run.backend.harness(),
        Harness::WasmPack { browser: true, .. }
    );
    if started && run.ending == Ending::Success && !in_page {
        let message = "ended without a verdict: it awaits something that never comes, or it ended the process";
        return (Verdict::TimedOut, message.to_owned());
    }
    if started || run.stdout.contains("Loading Wasm module...") {
        return (
            Verdict::Failed,
            "ended without a verdict that can be believed".to_owned(),
        );
    }
    (
        Verdict::Blocked,
        format!("the harness did not begin: {}", first_error(run.stderr)),
    )
}

/// `RuntimeError: memory access out of bounds`, from wherever the engine put it.
fn crash(text: &str) -> Option<String> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("RuntimeError: ") || line.starts_with("RangeError: "))?;
    let hint = if line.ends_with("memory access out of bounds") {
        " (as when the stack overflows)"
    } else {
        ""
    };
    Some(format!("{line}{hint}"))
}

fn first_error(stderr: &str) -> String {
    let error = stderr.lines().find_map(|line| {
        line.strip_prefix("Error: ")
            .or_else(|| line.strip_prefix("error: "))
    });
    error.unwrap_or("wasm-pack says nothing of it").to_owned()
}
