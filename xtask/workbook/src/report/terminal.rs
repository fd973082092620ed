//! The report for people: a scoreboard, the details of what failed, and the next step.

use super::Report;

/// How to show a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
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
    /// Everything for a single exercise, the failures for several.
    #[default]
    Auto,
    /// One line each.
    Lines,
    /// One line each, and what failed.
    Failures,
    /// Each test.
    Tests,
}

/// The report as text, with a newline at its end.
pub fn render(report: &Report, _options: &TerminalOptions) -> String {
    let mut text = String::new();
    for line in &report.exercises {
        text.push_str(&format!("{} {}\n", line.id, line.verdict));
    }
    text
}
