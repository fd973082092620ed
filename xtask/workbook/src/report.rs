//! A run's outcomes, ready to be shown or written. How they are shown or written is a [`Format`]'s business.

use serde::Serialize;

use crate::{
    catalog::{Exercise, Tier},
    id::ExerciseId,
    judge::Outcome,
    outcome::{BackendKind, Blocker, CompileError, TestResult, Verdict},
    plan::Side,
    score::{self, Totals},
    text,
};

mod columns;
pub mod json;
pub mod junit;
pub mod list;
pub mod terminal;

pub use json::Json;
pub use junit::Junit;
pub use terminal::Terminal;

/// A way to write a `T`: one file each.
pub trait Format<T: ?Sized> {
    /// `what` as text, with a newline at its end.
    fn render(&self, what: &T) -> String;
}

/// A run: each exercise's line, and their sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this shape in JSON: 2.
    pub schema: u32,
    /// Whose files were checked: [`Side::name`].
    pub side: String,
    /// The exercises, in the book's order.
    pub exercises: Vec<Line>,
    /// Their sums.
    pub totals: Totals,
}

/// What came of one exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which exercise.
    pub id: ExerciseId,
    /// The chapter that it stands in.
    pub chapter: String,
    /// Its title.
    pub title: String,
    /// Its page, relative to the root, with forward slashes.
    pub page: String,
    /// The files that the learner changes, relative to the root, with forward slashes.
    pub edit: Vec<String>,
    /// How hard it is.
    pub tier: Tier,
    /// The verdict over all its backends.
    pub verdict: Verdict,
    /// Points earned.
    pub points: u32,
    /// Points that a pass is worth.
    pub max_points: u32,
    /// Where its tests run.
    pub backends: Vec<BackendKind>,
    /// Each test's result, backend by backend, then the gates'.
    pub tests: Vec<TestResult>,
    /// What the compiler said, if it refused the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile_error: Option<CompileError>,
    /// Files that must not be edited and were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tampered: Vec<String>,
    /// Why the submission can't be taken, if it can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What kept it from being checked.
    pub blocked_by: Vec<Blocker>,
    /// What else the learner or the instructor should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Wall time of its tests.
    pub duration_millis: u64,
}

impl Report {
    /// The report of `side`'s outcomes; `pairs` in the book's order.
    pub fn new(side: &Side, pairs: Vec<(&Exercise, Outcome)>) -> Self {
        let totals = score::totals(pairs.iter().map(|(exercise, outcome)| (*exercise, outcome)));
        let exercises = pairs
            .into_iter()
            .map(|(exercise, outcome)| Line::new(exercise, &outcome))
            .collect();
        Self {
            schema: 2,
            side: side.name(),
            exercises,
            totals,
        }
    }
}

impl Line {
    fn new(exercise: &Exercise, outcome: &Outcome) -> Self {
        Self {
            chapter: exercise.chapter().to_owned(),
            title: exercise.title.clone(),
            page: text::slashed(&exercise.page()),
            edit: exercise
                .edit
                .iter()
                .map(|file| text::slashed(&exercise.dir.join(file)))
                .collect(),
            tier: exercise.tier,
            points: score::points(exercise, outcome),
            max_points: exercise.points,
            backends: exercise.backends.clone(),
            id: outcome.id().clone(),
            verdict: outcome.verdict(),
            tests: outcome.tests().to_vec(),
            compile_error: outcome.compile_error().cloned(),
            tampered: outcome.tampered().to_vec(),
            refused: outcome.refused().map(str::to_owned),
            blocked_by: outcome.blocked_by().to_vec(),
            notes: outcome.notes().to_vec(),
            duration_millis: u64::try_from(outcome.duration().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests;
