//! The report as JUnit XML, for continuous integration: a suite an exercise.
//!
//! What is blocked or pending is skipped, with the reason: neither is a failure of who wrote the
//! code.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::{Format, Line, Report};
use crate::{
    outcome::{TestResult, Verdict},
    text,
};

/// JUnit XML.
#[derive(Clone, Copy, Debug)]
pub struct Junit;

impl Format<Report> for Junit {
    fn render(&self, report: &Report) -> String {
        let mut xml = Xml::new(format!("workbook: {}", report.side));
        for line in &report.exercises {
            xml.add_test_suite(suite(line));
        }
        // Writing to memory fails for no report: its text is made fit for XML when it is taken in.
        let mut text = xml.to_string().unwrap_or_default();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

fn suite(line: &Line) -> TestSuite {
    let mut suite = TestSuite::new(line.id.to_string());
    suite.set_time(Duration::from_millis(line.duration_millis));
    for (name, value) in [
        ("verdict", line.verdict.name().to_owned()),
        ("points", line.points.to_string()),
        ("max_points", line.max_points.to_string()),
    ] {
        suite.add_property((name, value.as_str()));
    }
    for test in &line.tests {
        suite.add_test_case(case(line, test));
    }
    if let Some(error) = &line.compile_error {
        let message = format!("does not compile: {}", error.codes.join(", "));
        suite.add_test_case(whole(
            line,
            "compiles",
            failure(
                message.trim_end_matches([':', ' ']),
                "compile-error",
                &error.rendered,
            ),
        ));
    }
    if !line.tampered.is_empty() {
        let status = failure(
            "files of the exercise were changed",
            "tampered",
            &line.tampered.join("\n"),
        );
        suite.add_test_case(whole(line, "leaves the exercise's files alone", status));
    }
    if let Some(why) = &line.refused {
        let status = failure("the submission can't be taken", "refused", why);
        suite.add_test_case(whole(line, "can be taken", status));
    }
    for blocker in &line.blocked_by {
        let reason = format!(
            "blocked: {}; fix it: {}",
            text::plain(&blocker.what),
            blocker.fix
        );
        suite.add_test_case(whole(line, "can be checked", skipped(&reason)));
    }
    if line.verdict == Verdict::Pending {
        suite.add_test_case(whole(
            line,
            "is begun",
            skipped("pending: the stub is untouched"),
        ));
    }
    suite
}

fn case(line: &Line, test: &TestResult) -> TestCase {
    let first = headline(&test.message);
    let status = match test.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        // Only a mutant's result can be that it does not compile, and that is its author's fault.
        Verdict::Blocked | Verdict::Pending | Verdict::CompileError => skipped(&first),
        verdict => failure(&first, verdict.name(), &test.message),
    };
    let mut case = TestCase::new(test.label(), status);
    case.set_classname(format!("{} on {}", line.id, test.backend))
        .set_time(Duration::from_millis(test.millis));
    if !test.killed_by.is_empty() {
        let killers: Vec<&str> = test.killed_by.iter().map(|id| id.name.as_str()).collect();
        case.set_system_out(format!("killed by {}", killers.join(", ")));
    }
    case
}

/// The line that says the most: what a panic says, rather than where.
fn headline(message: &str) -> String {
    let plain = text::plain(message);
    let mut lines = plain.lines();
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) if first.contains("panicked") && first.ends_with(':') => {
            second.to_owned()
        }
        (first, _) => first.unwrap_or_default().to_owned(),
    }
}

/// A case that speaks for the whole exercise.
fn whole(line: &Line, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(line.id.to_string());
    case
}

fn failure(message: &str, kind: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(message)
        .set_type(kind)
        .set_description(text::plain(description));
    status
}

fn skipped(reason: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(reason);
    status
}
