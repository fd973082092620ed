//! The details of one exercise: its tests, messages, compiler errors and what blocks it.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::{
    super::{Line, columns::*},
    Detail, Terminal,
};
use crate::{
    outcome::{TestKind, TestResult, Verdict},
    text,
};

/// How many lines of a message are shown on a card, and in an excerpt among others.
const CARD_LINES: usize = 60;
const EXCERPT_LINES: usize = 14;
/// How many failures of one exercise are shown among others.
const EXCERPT_TESTS: usize = 3;

/// A single exercise, with all that is known of it.
pub(super) fn card(line: &Line, options: &Terminal) -> String {
    let paint = Paint {
        color: options.color,
    };
    let backends: Vec<&str> = line.backends.iter().map(|backend| backend.name()).collect();
    let mut out = format!(
        "{}  {}\n",
        paint.with(STRONG, &line.id.to_string()),
        line.title
    );
    let facts = format!(
        "{} · {} · {}",
        line.tier.name(),
        count(line.max_points as usize, "point"),
        backends.join(", ")
    );
    out.push_str(&paint.with(FAINT, &facts));
    out.push_str("\n\n");
    let mut body = Body {
        options,
        paint,
        lines: limit(options, CARD_LINES),
        out: String::new(),
    };
    body.trouble(line);
    body.tests(line, usize::MAX, true);
    body.notes(line);
    if !body.out.is_empty() {
        out.push_str(body.out.trim_end());
        out.push_str("\n\n");
    }
    out.push_str(&summary(line, paint));
    out
}

/// An exercise among others: what went wrong, or, with [`Detail::Tests`], each test.
pub(super) fn excerpt(line: &Line, detail: Detail, options: &Terminal) -> String {
    let paint = Paint {
        color: options.color,
    };
    let id = line.id.to_string();
    let rule = "─".repeat(options.width.min(80).saturating_sub(id.len() + 1));
    let mut out = format!(
        "{} {}\n",
        paint.with(STRONG, &line.id.to_string()),
        paint.with(FAINT, &rule)
    );
    let mut body = Body {
        options,
        paint,
        lines: limit(options, EXCERPT_LINES),
        out: String::new(),
    };
    body.trouble(line);
    let all = detail == Detail::Tests;
    body.tests(
        line,
        if all || options.verbose {
            usize::MAX
        } else {
            EXCERPT_TESTS
        },
        all,
    );
    body.notes(line);
    out.push_str(body.out.trim_end());
    out.push('\n');
    out
}

fn limit(options: &Terminal, lines: usize) -> usize {
    if options.verbose { usize::MAX } else { lines }
}

/// `✗ failed · 2 of 5 tests failed · 0 of 10 points · 412 ms`.
fn summary(line: &Line, paint: Paint) -> String {
    let (mark, style) = mark(line.verdict);
    let mut parts = vec![paint.with(style.bold(), &format!("{mark} {}", line.verdict))];
    let (mutants, tests): (Vec<&TestResult>, Vec<&TestResult>) =
        (line.tests.iter()).partition(|test| test.kind == TestKind::Mutant);
    let passed = |test: &&&TestResult| test.verdict == Verdict::Passed;
    let bad = tests.len() - tests.iter().filter(passed).count();
    if bad > 0 {
        parts.push(format!(
            "{bad} of {} did not pass",
            count(tests.len(), "test")
        ));
    } else if line.verdict == Verdict::Passed || !mutants.is_empty() {
        parts.push(count(tests.len(), "test"));
    }
    if !mutants.is_empty() {
        let killed = mutants.iter().filter(passed).count();
        parts.push(format!(
            "{killed} of {} killed",
            count(mutants.len(), "mutant")
        ));
    }
    parts.push(format!(
        "{} of {}",
        line.points,
        count(line.max_points as usize, "point")
    ));
    if line.duration_millis > 0 && line.verdict != Verdict::Pending {
        parts.push(time(line.duration_millis));
    }
    format!("{}\n", parts.join(" · "))
}

/// Text being put together.
struct Body<'a> {
    options: &'a Terminal,
    paint: Paint,
    /// How many lines of each message are shown.
    lines: usize,
    out: String,
}

impl Body<'_> {
    /// What kept the tests from deciding.
    fn trouble(&mut self, line: &Line) {
        if line.verdict == Verdict::Pending && line.tests.is_empty() {
            self.out
                .push_str("  The stub is untouched: nothing to check yet.\n");
        } else if line.verdict == Verdict::Pending {
            self.out
                .push_str("  The stub is untouched. What its tests say of it:\n\n");
        }
        if let Some(why) = &line.refused {
            let why = self.text(why);
            self.out.push_str("  The submission can't be taken:\n");
            self.out.push_str(&indented(&why, 4));
        }
        if !line.tampered.is_empty() {
            self.out
                .push_str("  These files belong to the exercise and differ from the originals:\n");
            self.out.push_str(&indented(&line.tampered.join("\n"), 4));
            self.out.push_str(&format!(
                "  Bring them back, and keep your work: cargo xtask reset {} --tests\n",
                line.id
            ));
        }
        for blocker in &line.blocked_by {
            let (mark, style) = mark(Verdict::Blocked);
            let what = self.text(&blocker.what);
            let what = indented(&what, 4);
            self.out.push_str(&format!(
                "  {} {}",
                self.paint.with(style, mark),
                what.trim_start()
            ));
            self.out.push_str(&format!("    fix it: {}\n", blocker.fix));
        }
        if let Some(error) = &line.compile_error {
            // As rustc shows it: at the margin, where its own drawing fits.
            let rendered = self.text(&error.rendered);
            let shown = self.clipped(rendered.trim_end());
            self.out.push_str(&shown);
            self.out.push('\n');
        }
    }

    /// The tests, backend by backend, then the gates; `most` of those that failed.
    fn tests(&mut self, line: &Line, most: usize, all: bool) {
        let shown: Vec<&TestResult> = line
            .tests
            .iter()
            .filter(|test| all || test.verdict != Verdict::Passed)
            .collect();
        let labels: Vec<String> = shown.iter().map(|test| test.label()).collect();
        let name_width =
            widest(labels.iter().map(String::as_str)).min(self.options.width.saturating_sub(20));
        let (gates, tests): (Vec<&TestResult>, Vec<&TestResult>) =
            shown.iter().partition(|test| test.kind == TestKind::Gate);
        let mut left_out = shown.len().saturating_sub(most);
        let mut room = most;
        for &backend in &line.backends {
            let here: Vec<&TestResult> = tests
                .iter()
                .copied()
                .filter(|test| test.backend == backend)
                .collect();
            if line.backends.len() > 1 && !here.is_empty() && room > 0 {
                self.out
                    .push_str(&format!("  on {}:\n", backend.backend().place));
            }
            for test in here.into_iter().take(room) {
                self.test(test, name_width);
                room -= 1;
            }
        }
        for gate in gates.into_iter().take(room) {
            self.test(gate, name_width);
            room -= 1;
        }
        // Tests on a backend that the exercise doesn't have aren't shown and aren't counted.
        left_out = left_out.saturating_sub(room);
        if left_out > 0 {
            self.out.push_str(&format!(
                "  … and {left_out} more: name {} alone to see them\n",
                line.id
            ));
        }
    }

    fn test(&mut self, test: &TestResult, name_width: usize) {
        let (mark, style) = mark(test.verdict);
        let word = match test.verdict {
            Verdict::TimedOut => "  timed out",
            Verdict::Blocked => "  could not run",
            Verdict::CompileError => "  does not compile",
            _ => "",
        };
        let mut after = String::new();
        if test.millis > 0 {
            after.push_str(
                &self
                    .paint
                    .with(FAINT, &format!("  {}", right(&time(test.millis), 7))),
            );
        }
        after.push_str(&self.paint.with(style, word));
        if !test.killed_by.is_empty() {
            after.push_str("  killed by ");
            after.push_str(&self.killers(test, name_width + after.width()));
        }
        if test.hidden {
            after.push_str("  (hidden)");
        }
        let name_width = if after.is_empty() { 0 } else { name_width };
        let mark = self.paint.with(style, mark);
        self.out.push_str(&format!(
            "  {mark} {}{after}\n",
            left(&test.label(), name_width)
        ));
        if test.verdict != Verdict::Passed && !test.message.is_empty() {
            let message = self.text(&test.message);
            let shown = self.clipped(message.trim_end());
            self.out.push_str(&indented(&shown, 6));
            self.out.push('\n');
        }
    }

    /// The tests that killed a mutant, as many as fit behind `used` columns, and at least one.
    fn killers(&self, test: &TestResult, used: usize) -> String {
        // The mark and the blanks around it, and what may follow.
        let room = self
            .options
            .width
            .saturating_sub(used + 4 + ", … 99 more".len());
        let mut text = String::new();
        let names: BTreeSet<&str> = test.killed_by.iter().map(|id| id.name.as_str()).collect();
        for (at, name) in names.iter().enumerate() {
            let more = names.len() - at;
            if at > 0 && text.width() + name.width() > room && !self.options.verbose {
                text.push_str(&format!(" and {more} more"));
                break;
            }
            text.push_str(if at > 0 { ", " } else { "" });
            text.push_str(name);
        }
        text
    }

    fn notes(&mut self, line: &Line) {
        for note in &line.notes {
            let note = self.text(note);
            self.out
                .push_str(&format!("  note: {}", indented(&note, 8).trim_start()));
        }
    }

    /// With its colours, or without where none are wanted.
    fn text(&self, text: &str) -> String {
        if self.options.color {
            text.to_owned()
        } else {
            text::plain(text)
        }
    }

    /// The first lines, and how many more there are.
    fn clipped(&self, text: &str) -> String {
        let total = text.lines().count();
        if total <= self.lines.saturating_add(2) {
            return text.to_owned();
        }
        let shown: Vec<&str> = text.lines().take(self.lines).collect();
        // The cut may fall into a coloured stretch.
        let reset = if self.options.color { "\u{1b}[0m" } else { "" };
        format!(
            "{}{reset}\n… {} more lines: --verbose shows them",
            shown.join("\n").trim_end(),
            total - self.lines
        )
    }
}
