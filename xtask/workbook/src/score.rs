//! From outcomes to points.

use serde::Serialize;

use crate::{
    catalog::Exercise,
    exit::Exit,
    judge::Outcome,
    outcome::{TestResult, Verdict},
};

/// Sums over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many exercises passed.
    pub passed: usize,
    /// Points earned.
    pub points: u32,
    /// Points of all exercises that were asked for. Blocked ones count here too; whoever marks
    /// sees them listed and must not take them for zeros.
    pub max_points: u32,
}

/// What an outcome earns: all of the exercise's points for a pass. Otherwise none, unless the
/// exercise is marked item by item.
pub fn points(exercise: &Exercise, outcome: &Outcome) -> u32 {
    match outcome.verdict() {
        Verdict::Passed => exercise.points,
        Verdict::Failed | Verdict::TimedOut => points_by_item(exercise, outcome.tests()),
        _ => 0,
    }
}

/// Each item's share, for items of which every test passed. Tests that belong to no item are a
/// condition for all: nobody earns an item by breaking what worked.
fn points_by_item(exercise: &Exercise, tests: &[TestResult]) -> u32 {
    let belongs = |test: &TestResult, item: &String| test.label().starts_with(item.as_str());
    let passed = |test: &TestResult| test.verdict == Verdict::Passed;
    let items = &exercise.items;
    let mut common = tests
        .iter()
        .filter(|test| !items.iter().any(|item| belongs(test, item)));
    if items.is_empty() || !common.all(passed) {
        return 0;
    }
    let whole = items.iter().filter(|item| {
        let mut own = tests.iter().filter(|test| belongs(test, item)).peekable();
        own.peek().is_some() && own.all(passed)
    });
    let share = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    exercise.points.saturating_mul(share(whole.count())) / share(items.len())
}

/// Adds up a run.
pub fn totals<'a>(pairs: impl IntoIterator<Item = (&'a Exercise, &'a Outcome)>) -> Totals {
    pairs
        .into_iter()
        .fold(Totals::default(), |sum, (exercise, outcome)| Totals {
            passed: sum.passed + usize::from(outcome.verdict() == Verdict::Passed),
            points: sum.points + points(exercise, outcome),
            max_points: sum.max_points + exercise.points,
        })
}

/// How a run ends with these outcomes. Pending counts as passed when everything was asked for.
pub fn exit<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, pending_is_fine: bool) -> Exit {
    let exits = outcomes.into_iter().map(|outcome| match outcome.verdict() {
        Verdict::Passed => Exit::Done,
        Verdict::Pending if pending_is_fine => Exit::Done,
        Verdict::Blocked => Exit::Blocked,
        _ => Exit::Failed,
    });
    Exit::overall(exits)
}

#[cfg(test)]
mod tests;
