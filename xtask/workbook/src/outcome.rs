//! What the tools' words amount to: tests with their results, and whatever else speaks for or against an exercise.
//! [`judge`](crate::judge) makes a verdict of it.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::mutants::Mutant;

pub mod cargo;
pub mod junit;
mod message;
pub mod nextest;
mod test;
pub mod wasm;

pub use crate::backend::BackendKind;
pub use test::{TestId, TestKind, TestResult};

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
    /// A submission that can't be taken.
    Refused,
    /// It could not be checked: the machine lacks something or a tool broke.
    Blocked,
    /// The stub, untouched.
    Pending,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Passed,
        Self::Failed,
        Self::CompileError,
        Self::TimedOut,
        Self::Tampered,
        Self::Refused,
        Self::Blocked,
        Self::Pending,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CompileError => "compile-error",
            Self::TimedOut => "timed-out",
            Self::Tampered => "tampered",
            Self::Refused => "refused",
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

/// What is missing or broken, and what would fix it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// What is missing or broken: `qemu-system-arm`.
    pub what: String,
    /// The command, or the step, that would fix it.
    pub fix: String,
}

impl Blocker {
    /// A blocker.
    pub fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            fix: fix.into(),
        }
    }
}

/// The compiler's errors for one package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileError {
    /// The codes, such as `E0382`, in order of appearance, each once.
    pub codes: Vec<String>,
    /// The diagnostics as rustc shows them, with colour escapes.
    pub rendered: String,
}

/// Something that speaks for or against an exercise, or that is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The tests of one backend ran, each with its result.
    Tests(Vec<TestResult>),
    /// What a gate says.
    Gate(TestResult),
    /// The compiler refused the code.
    CompileError(CompileError),
    /// Files that must not be edited differ from the originals (relative to the exercise).
    Tampered(Vec<String>),
    /// A submission that can't be taken, and why.
    Refused(String),
    /// It could not be checked.
    Blocked(Blocker),
    /// The files are the stub's: what fails is no failure of anybody's.
    Untouched,
    /// The learner's tests ran a second time on the given code, under the same conditions as on the mutants.
    Again(Box<Evidence>),
    /// The learner's tests ran on a mutant of the given code.
    Mutant(Mutant, Box<Evidence>),
    /// The tests of these binaries are an instructor's, which the learner does not have.
    Hidden(BTreeSet<String>),
    /// What else the learner or the instructor should know.
    Note(String),
}

impl Evidence {
    /// What tools said, where it may name files by their paths.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Tests(tests) => tests.iter_mut().map(|test| &mut test.message).collect(),
            Self::Gate(gate) => vec![&mut gate.message],
            Self::CompileError(error) => vec![&mut error.rendered],
            Self::Again(seen) | Self::Mutant(_, seen) => seen.texts_mut(),
            Self::Tampered(_)
            | Self::Refused(_)
            | Self::Blocked(_)
            | Self::Untouched
            | Self::Hidden(_)
            | Self::Note(_) => Vec::new(),
        }
    }
}
