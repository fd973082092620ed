//! A run's outcomes, ready to be shown or written.

use serde::Serialize;

use crate::{
    catalog::{Exercise, Tier},
    id::ExerciseId,
    outcome::{BackendKind, Blocker, CompileError, Outcome, TestResult, Verdict},
    plan::Side,
    score::{self, Totals},
    text,
};

pub mod json;
pub mod junit;
mod layout;
pub mod list;
pub mod terminal;

/// A run: each exercise's line, and their sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this shape in JSON: 1.
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
            .map(|(exercise, outcome)| Line::new(exercise, outcome))
            .collect();
        Self {
            schema: 1,
            side: side.name(),
            exercises,
            totals,
        }
    }
}

impl Line {
    fn new(exercise: &Exercise, outcome: Outcome) -> Self {
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
            points: score::points(exercise, &outcome),
            max_points: exercise.points,
            backends: exercise.backends.clone(),
            id: outcome.id,
            verdict: outcome.verdict,
            tests: outcome.tests,
            compile_error: outcome.compile_error,
            tampered: outcome.tampered,
            blocked_by: outcome.blocked_by,
            notes: outcome.notes,
            duration_millis: u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Report {
    /// The same, with text free of terminal escapes.
    fn without_colour(&self) -> Self {
        let mut report = self.clone();
        for line in &mut report.exercises {
            line.strip();
        }
        report
    }
}

impl Line {
    fn strip(&mut self) {
        let tests = self.tests.iter_mut().flat_map(|test| {
            [&mut test.name, &mut test.message]
                .into_iter()
                .chain(&mut test.killed_by)
        });
        let blockers = self
            .blocked_by
            .iter_mut()
            .flat_map(|blocker| [&mut blocker.what, &mut blocker.mend]);
        let errors = self
            .compile_error
            .iter_mut()
            .map(|error| &mut error.rendered);
        for field in tests
            .chain(blockers)
            .chain(errors)
            .chain(&mut self.notes)
            .chain(&mut self.tampered)
        {
            *field = text::plain(field);
        }
    }
}

#[cfg(test)]
mod tests;
