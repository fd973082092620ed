//! A run, told as events, so that each reporter shows what it likes.
//!
//! As JSON, each event is an object on a line of its own (`report::json::line`), and its
//! member `event` says which it is:
//!
//! | `event` | other members |
//! | --- | --- |
//! | `started` | `schema` (of events: 1), `exercises`: how many will be checked |
//! | `building` | `what` is being compiled, in words |
//! | `running` | `exercise`: its tests begin |
//! | `test-finished` | `exercise`, `binary`, `name`, `kind`, `backend`, `verdict`, `millis` |
//! | `finished` | `outcome` of an exercise: all that is known, with the messages |
//!
//! Of each test in an outcome there is one `test-finished` before its exercise's `finished`. Under cargo-nextest it
//! comes as the test ends, from the line that nextest prints: its own stream of JSON is an experiment that asks for a
//! variable in the environment. wasm-pack, rustdoc, clippy and the mutants tell their results at their end. What is
//! told early is news, not evidence: verdicts are made of nextest's report, once.

use serde::{Deserialize, Serialize};

use crate::{
    id::ExerciseId,
    judge::Outcome,
    outcome::{BackendKind, TestId, TestKind, TestResult, Verdict},
};

/// The version of the events' shape.
pub const SCHEMA: u32 = 1;

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins.
    Started {
        /// The version of the events' shape: [`SCHEMA`].
        schema: u32,
        /// How many exercises it will check.
        exercises: usize,
    },
    /// Packages are being compiled.
    Building {
        /// What is being built, in words: `12 exercises for the host`.
        what: String,
    },
    /// An exercise's tests begin.
    Running {
        /// Which exercise.
        exercise: ExerciseId,
    },
    /// A test has ended.
    TestFinished(TestFinished),
    /// An exercise is judged.
    Finished {
        /// What came of it.
        outcome: Box<Outcome>,
    },
}

/// A test that has ended, without its message: the outcome has that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFinished {
    /// Whose test it is.
    pub exercise: ExerciseId,
    /// Which test.
    #[serde(flatten)]
    pub id: TestId,
    /// What it is about.
    pub kind: TestKind,
    /// Where it ran.
    pub backend: BackendKind,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, in milliseconds; 0 where nobody measured it.
    pub millis: u64,
}

impl Event {
    /// The run begins.
    pub fn started(exercises: usize) -> Self {
        Self::Started {
            schema: SCHEMA,
            exercises,
        }
    }

    /// A test of `exercise` has ended like this.
    pub fn test_finished(exercise: &ExerciseId, test: &TestResult) -> Self {
        Self::TestFinished(TestFinished {
            exercise: exercise.clone(),
            id: test.id.clone(),
            kind: test.kind,
            backend: test.backend,
            verdict: test.verdict,
            millis: test.millis,
        })
    }
}
