//! What a learner's tests are worth: whether they accept the given code and reject each of its mutants.

use std::collections::BTreeSet;

use super::Outcome;
use crate::{
    mutants::Mutant,
    outcome::{BackendKind, Blocker, Evidence, TestId, TestKind, TestResult, Verdict},
};

/// The gate that says whether tests look at the code's surroundings.
pub const BLACK_BOX: &str = "black-box";

/// Puts "this rejects right code" above the message of each test of these binaries that fails on the given code:
/// those that the learner wrote.
pub fn explain_rejections(tests: &mut [TestResult], written: &BTreeSet<String>) {
    let of_the_learner = |test: &&mut TestResult| written.contains(&test.id.binary);
    let rejecting = tests.iter_mut().filter(|test| test.rejects());
    for test in rejecting.filter(of_the_learner) {
        test.message = format!(
            "this test rejects the given code, which is right:\n{}",
            test.message
        );
    }
}

/// The result of a run in which no test ran: where tests are what the learner writes, that is their doing.
pub fn no_tests(package: &str) -> TestResult {
    TestResult::new(
        TestId::new(package, "(looking for tests)"),
        BackendKind::Host,
        Verdict::Failed,
        "no test ran: write one; a test that is ignored does not count",
    )
}

/// Adds what a second run on the given code showed.
///
/// It is under the same conditions as the mutants': a test that fails there, and nowhere before, fails by chance or by
/// where it runs, and its verdict on a mutant would be worth nothing.
pub(super) fn again(outcome: &mut Outcome, seen: Evidence) {
    match seen {
        Evidence::Tests(tests) => tests
            .iter()
            .filter(|test| test.rejects())
            .for_each(|test| unreliable(outcome, test)),
        Evidence::Blocked(blocker) => outcome.blocked_by.push(blocker),
        other => outcome.blocked_by.push(fault(
            "the given code could not be run a second time",
            &other,
        )),
    }
}

fn unreliable(outcome: &mut Outcome, test: &TestResult) {
    let message = format!(
        "this test accepted the given code in one run and rejected it in the next:\n{}",
        test.message
    );
    let known = outcome.tests.iter_mut().find(|one| one.id == test.id);
    match known {
        Some(known) => {
            known.verdict = Verdict::Failed;
            known.message = message;
        }
        None => outcome.tests.push(TestResult {
            verdict: Verdict::Failed,
            message,
            ..test.clone()
        }),
    }
}

/// Adds what came of a mutant, and what kept it from being judged.
pub(super) fn fate(outcome: &mut Outcome, mutant: &Mutant, seen: Evidence) {
    let slug = &mutant.slug;
    let mut result = TestResult {
        kind: TestKind::Mutant,
        ..TestResult::new(
            TestId::new(outcome.id.package(), slug),
            BackendKind::Host,
            Verdict::Blocked,
            "",
        )
    };
    let mut blocked = |result: &mut TestResult, blocker: Blocker| {
        result.message.clone_from(&blocker.what);
        outcome.blocked_by.push(blocker);
    };
    match seen {
        Evidence::Tests(tests) => {
            result.millis = tests.iter().map(|test| test.millis).sum();
            let killers = tests.iter().filter(|test| test.rejects());
            let killers: BTreeSet<_> = killers.map(|test| test.id.clone()).collect();
            result.killed_by = killers.into_iter().collect();
            let odd = tests.iter().find(|test| test.verdict != Verdict::Passed);
            match odd {
                _ if !result.killed_by.is_empty() => result.verdict = Verdict::Passed,
                None => {
                    result.verdict = Verdict::Failed;
                    result.message = format!("survived: {}", mutant.why);
                }
                Some(test) => blocked(
                    &mut result,
                    Blocker::new(
                        format!(
                            "{} could not run on the mutant `{slug}`: {}",
                            test.label(),
                            test.message
                        ),
                        "`cargo xtask doctor` tells what is broken",
                    ),
                ),
            }
        }
        Evidence::Blocked(blocker) => blocked(&mut result, blocker),
        Evidence::CompileError(error) => {
            blocked(
                &mut result,
                Blocker::new(
                    format!("the mutant `{slug}` does not compile"),
                    "the workbook is to blame: tell its authors",
                ),
            );
            result.verdict = Verdict::CompileError;
            result.message = error.rendered;
        }
        other => {
            let what = format!("the mutant `{slug}` could not be run");
            blocked(&mut result, fault(&what, &other));
        }
    }
    outcome.tests.push(result);
}

fn fault(what: &str, evidence: &Evidence) -> Blocker {
    let why = match evidence {
        Evidence::CompileError(error) => error.rendered.trim().to_owned(),
        other => format!("{other:?}"),
    };
    Blocker::new(
        format!("{what}: {why}"),
        "run it again; `cargo xtask doctor` tells what is broken",
    )
}

#[cfg(test)]
mod tests;
