//! The report for people: a scoreboard, the details of what failed, and the next step.
//!
//! Colour only underlines: every message is complete without it.

use super::{Format, Line, Report, columns::*};
use crate::{outcome::Verdict, plan::Side};

mod board;
mod details;

/// Text for a person at a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether to use colour; nothing is told by colour alone.
    pub color: bool,
    /// The terminal's width in columns.
    pub width: usize,
    /// Whether to show long messages in full.
    pub verbose: bool,
    /// How much to show of each exercise.
    pub detail: Detail,
}

/// How much to show of each exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Each test of a single exercise; of several, the failures.
    #[default]
    Auto,
    /// One line each.
    Lines,
    /// One line each, and what failed.
    Failures,
    /// Each test of each.
    Tests,
}

impl Format<Report> for Terminal {
    fn render(&self, report: &Report) -> String {
        let paint = Paint { color: self.color };
        let detail = match (self.detail, report.exercises.len()) {
            (Detail::Auto, 1) => Detail::Tests,
            (Detail::Auto, _) => Detail::Failures,
            (detail, _) => detail,
        };
        let mut text = String::new();
        match report.exercises.as_slice() {
            [] => text.push_str("no exercise was asked for\n"),
            [line] if detail == Detail::Tests => text.push_str(&details::card(line, self)),
            lines => {
                text.push_str(&board::render(lines, self));
                let told = lines.iter().filter(|line| match detail {
                    Detail::Tests => true,
                    Detail::Failures => is_worth_telling(line),
                    Detail::Auto | Detail::Lines => false,
                });
                for line in told {
                    text.push('\n');
                    text.push_str(&details::excerpt(line, detail, self));
                }
                text.push('\n');
                text.push_str(&totals(report, paint));
            }
        }
        if report.side == Side::Learner.name()
            && let Some(next) = next(report, paint)
        {
            text.push('\n');
            text.push_str(&next);
        }
        text
    }
}

/// Whether something went wrong that the line on the board doesn't say.
fn is_worth_telling(line: &Line) -> bool {
    !matches!(line.verdict, Verdict::Passed | Verdict::Pending) || !line.notes.is_empty()
}

/// `3 of 8 passed · 30 of 95 points · 1 blocked · 2 pending`.
fn totals(report: &Report, paint: Paint) -> String {
    let of = |verdict| {
        report
            .exercises
            .iter()
            .filter(|line| line.verdict == verdict)
            .count()
    };
    let sums = &report.totals;
    let passed = format!("{} of {} passed", sums.passed, report.exercises.len());
    let style = if sums.passed == report.exercises.len() {
        GOOD.bold()
    } else {
        STRONG
    };
    let mut text = paint.with(style, &passed);
    text.push_str(&format!(" · {} of {} points", sums.points, sums.max_points));
    for (verdict, word) in [(Verdict::Blocked, "blocked"), (Verdict::Pending, "pending")] {
        if of(verdict) > 0 {
            text.push_str(&format!(" · {} {word}", of(verdict)));
        }
    }
    text.push('\n');
    text
}

/// The first exercise in order that the learner can do something about, or what would unblock one.
fn next(report: &Report, paint: Paint) -> Option<String> {
    let open = |line: &&Line| line.verdict != Verdict::Passed;
    let doable = report
        .exercises
        .iter()
        .find(|line| open(line) && line.verdict != Verdict::Blocked);
    let head = |text: &str| paint.with(STRONG, text);
    let command = |text: String| paint.with(STRONG, &text);
    if let Some(line) = doable {
        let mut text = format!("{} {}\n", head("Next:"), line.title);
        text.push_str(&format!(
            "  read    {}\n  edit    {}\n",
            line.page,
            line.edit.join(", ")
        ));
        // A single exercise was checked just now; nobody needs to be told how.
        if report.exercises.len() > 1 {
            text.push_str(&format!(
                "  check   {}\n",
                command(format!("cargo xtask verify {}", line.id))
            ));
        }
        text.push_str(&format!(
            "  hint    {}\n",
            command(format!("cargo xtask hint {}", line.id))
        ));
        return Some(text);
    }
    if let Some(blocked) = report.exercises.iter().find(open) {
        let fix = blocked
            .blocked_by
            .first()
            .map_or("cargo xtask doctor", |blocker| &blocker.fix);
        return Some(format!("{} {fix}\n", head("Next:")));
    }
    if let [line] = report.exercises.as_slice() {
        let (solution, list) = (
            command(format!("cargo xtask solution {}", line.id)),
            command("cargo xtask list".to_owned()),
        );
        return Some(format!(
            "{} compare with the reference: {solution}\n      see what is left: {list}\n",
            head("Next:")
        ));
    }
    None
}
