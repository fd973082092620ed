//! From evidence (what the tools printed) to an exercise's outcome.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::id::ExerciseId;

pub mod cargo;
pub mod junit;
pub mod message;
pub mod mutants;
pub mod wasm;

/// Where tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendKind {
    /// The machine itself, under cargo-nextest.
    Host,
    /// A Cortex-M3 in QEMU, under cargo-nextest.
    Qemu,
    /// WebAssembly in Node, under wasm-pack.
    WasmNode,
    /// WebAssembly in headless Chromium, under wasm-pack.
    WasmBrowser,
}

impl BackendKind {
    /// The name in manifests and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Qemu => "qemu",
            Self::WasmNode => "wasm-node",
            Self::WasmBrowser => "wasm-browser",
        }
    }

    /// The target triple, or `None` for the host's own.
    pub fn target(self) -> Option<&'static str> {
        match self {
            Self::Host => None,
            Self::Qemu => Some("thumbv7m-none-eabi"),
            Self::WasmNode | Self::WasmBrowser => Some("wasm32-unknown-unknown"),
        }
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What came of an exercise, or of one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every test and gate passed.
    Passed,
    /// At least one test or gate failed.
    Failed,
    /// It does not compile.
    CompileError,
    /// Tests took too long, and none failed otherwise.
    TimedOut,
    /// A file that is not to be edited differs from the original.
    Tampered,
    /// It could not be checked: the machine lacks something or a tool broke.
    Blocked,
    /// The stub, untouched.
    Pending,
}

impl Verdict {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CompileError => "compile-error",
            Self::TimedOut => "timed-out",
            Self::Tampered => "tampered",
            Self::Blocked => "blocked",
            Self::Pending => "pending",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The result of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    /// Its name as the harness reports it.
    pub name: String,
    /// Where it ran.
    pub backend: BackendKind,
    /// `Passed`, `Failed` or `TimedOut`; `Blocked` if the harness could not run it.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// Why it failed, in the words of its panic; empty when it passed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Whether it came from an instructor's hidden tests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Of a mutant: the tests that rejected it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub killed_by: Vec<String>,
}

impl TestResult {
    /// The result of a test that took no time that anybody measured.
    pub fn new(
        name: impl Into<String>,
        backend: BackendKind,
        verdict: Verdict,
        message: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            backend,
            verdict,
            millis: 0,
            message: message.into(),
            hidden: false,
            killed_by: Vec::new(),
        }
    }

    /// The slug of the mutant that this result is about, if it is about one.
    pub fn mutant(&self) -> Option<&str> {
        self.name.strip_prefix("mutant:")
    }
}

/// What is missing or broken, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// What is missing or broken: `qemu-system-arm`.
    pub what: String,
    /// The command, or the step, that would mend it.
    pub mend: String,
}

/// What running one backend of one exercise showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The tests ran, each with its result.
    Tests(Vec<TestResult>),
    /// A lint of a gate spoke up.
    Gate(TestResult),
    /// The compiler refused the code.
    CompileError(CompileError),
    /// Files that must not be edited differ from the originals (relative to the exercise).
    Tampered(Vec<String>),
    /// It could not be checked.
    Blocked(Blocker),
}

/// The compiler's errors for one package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileError {
    /// The codes, such as `E0382`, in order of appearance, each once.
    pub codes: Vec<String>,
    /// The diagnostics as rustc shows them, with colour escapes.
    pub rendered: String,
}

/// What came of one exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which exercise.
    pub id: ExerciseId,
    /// The verdict over all its backends.
    pub verdict: Verdict,
    /// Each test's result, backend by backend.
    pub tests: Vec<TestResult>,
    /// What the compiler said, if it refused the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compile_error: Option<CompileError>,
    /// Files that must not be edited and were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tampered: Vec<String>,
    /// What kept it from being checked.
    #[serde(default)]
    pub blocked_by: Vec<Blocker>,
    /// What else the learner or the instructor should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Wall time of its tests.
    #[serde(with = "as_millis", rename = "duration_millis")]
    pub duration: Duration,
}

impl Outcome {
    /// Judges the evidence of all backends of one exercise.
    ///
    /// A failure outweighs a time-out, which outweighs being blocked: what the learner got wrong
    /// is told even where the machine lacks something. Without a single test nothing was earned.
    pub fn judge(id: ExerciseId, evidence: Vec<Evidence>, duration: Duration) -> Self {
        let mut outcome = Self {
            duration,
            ..Self::pending(id)
        };
        let backends_without_tests = evidence
            .iter()
            .filter(|piece| matches!(piece, Evidence::Tests(tests) if tests.is_empty()))
            .count();
        let any_test = evidence
            .iter()
            .any(|piece| matches!(piece, Evidence::Tests(tests) if !tests.is_empty()));
        for piece in evidence {
            match piece {
                Evidence::Tests(tests) => outcome.tests.extend(tests),
                Evidence::Gate(gate) => outcome.tests.push(gate),
                Evidence::CompileError(error) => outcome.compile_error = Some(error),
                Evidence::Tampered(files) => outcome.tampered.extend(files),
                Evidence::Blocked(blocker) => outcome.blocked_by.push(blocker),
            }
        }
        outcome.block_on_tests_that_could_not_run();
        outcome.verdict = outcome.verdict_of_evidence();
        if outcome.verdict == Verdict::Passed && (backends_without_tests > 0 || !any_test) {
            outcome.verdict = Verdict::Blocked;
            outcome.blocked_by.push(Blocker {
                what: "no test ran".to_owned(),
                mend: format!(
                    "bring the exercise's own files back: `cargo xtask reset {}`",
                    outcome.id
                ),
            });
        }
        outcome
    }

    /// The outcome of a stub that nobody touched.
    pub fn pending(id: ExerciseId) -> Self {
        Self {
            id,
            verdict: Verdict::Pending,
            tests: Vec::new(),
            compile_error: None,
            tampered: Vec::new(),
            blocked_by: Vec::new(),
            notes: Vec::new(),
            duration: Duration::ZERO,
        }
    }

    /// Tells as a blocker what the harness said of each test that is neither good nor bad.
    fn block_on_tests_that_could_not_run(&mut self) {
        for test in &self.tests {
            if !matches!(
                test.verdict,
                Verdict::Passed | Verdict::Failed | Verdict::TimedOut
            ) {
                self.blocked_by.push(Blocker {
                    what: format!("{} could not run: {}", test.name, test.message),
                    mend: "`cargo xtask doctor` tells what is broken".to_owned(),
                });
            }
        }
    }

    fn verdict_of_evidence(&self) -> Verdict {
        let any = |verdict| self.tests.iter().any(|test| test.verdict == verdict);
        if !self.tampered.is_empty() {
            Verdict::Tampered
        } else if self.compile_error.is_some() {
            Verdict::CompileError
        } else if any(Verdict::Failed) {
            Verdict::Failed
        } else if any(Verdict::TimedOut) {
            Verdict::TimedOut
        } else if !self.blocked_by.is_empty() {
            Verdict::Blocked
        } else {
            Verdict::Passed
        }
    }
}

mod as_millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests;
