//! What a learner's tests are worth: whether they accept the given code and reject each of its mutants.

use super::{BackendKind, Blocker, Evidence, Outcome, TestResult, Verdict};
use crate::mutants::Mutant;

/// The name of the result that says whether tests look at the code's surroundings.
pub const BLACK_BOX: &str = "gate: black-box";

/// Puts "this rejects right code" above the message of each test that the learner wrote and that fails on the given
/// code. `written` holds the learner's files.
pub fn explain_rejections(outcome: &mut Outcome, written: &[String]) {
    let failed = outcome.tests.iter_mut().filter(|test| is_rejection(test));
    for test in failed {
        let short = test.name.rsplit("::").next().unwrap_or(&test.name);
        if written
            .iter()
            .any(|text| text.contains(&format!("fn {short}(")))
        {
            test.message = format!(
                "this test rejects the given code, which is right:\n{}",
                test.message
            );
        }
    }
}

/// The result of a run in which no test ran: where tests are what the learner writes, that is their doing.
pub fn no_tests() -> TestResult {
    result(
        "(looking for tests)".to_owned(),
        Verdict::Failed,
        "no test ran: write one; a test that is ignored does not count".to_owned(),
    )
}

/// The result of a look at the learner's files; `objection` is empty if there is none.
pub fn black_box(objection: String) -> TestResult {
    let verdict = if objection.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    result(BLACK_BOX.to_owned(), verdict, objection)
}

/// Adds to the outcome of tests that accept the given code what a second run on it showed (`again`), and what came
/// of each mutant.
///
/// The second run is under the same conditions as the mutants': a test that fails there, and nowhere before, fails by
/// chance or by where it runs, and its verdict on a mutant would be worth nothing.
pub fn judge(outcome: &mut Outcome, again: Evidence, mutants: Vec<(Mutant, Evidence)>) {
    match again {
        Evidence::Tests(tests) => tests
            .iter()
            .filter(|test| is_rejection(test))
            .for_each(|test| unreliable(outcome, test)),
        Evidence::Blocked(blocker) => outcome.blocked_by.push(blocker),
        other => outcome.blocked_by.push(fault(
            "the given code could not be run a second time",
            &other,
        )),
    }
    for (mutant, evidence) in mutants {
        let (result, blocker) = fate(&mutant, evidence);
        outcome.tests.push(result);
        outcome.blocked_by.extend(blocker);
    }
    outcome.verdict = outcome.verdict_of_evidence();
}

fn is_rejection(test: &TestResult) -> bool {
    matches!(test.verdict, Verdict::Failed | Verdict::TimedOut)
}

fn unreliable(outcome: &mut Outcome, test: &TestResult) {
    let message = format!(
        "this test accepted the given code in one run and rejected it in the next:\n{}",
        test.message
    );
    let known = outcome.tests.iter_mut().find(|one| one.name == test.name);
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

/// A mutant's result, and what kept it from being judged.
fn fate(mutant: &Mutant, evidence: Evidence) -> (TestResult, Option<Blocker>) {
    let name = mutant.result_name();
    let tests = match evidence {
        Evidence::Tests(tests) => tests,
        Evidence::Blocked(blocker) => {
            let result = result(name, Verdict::Blocked, blocker.what.clone());
            return (result, Some(blocker));
        }
        Evidence::CompileError(error) => {
            let blocked = result(name, Verdict::Blocked, error.rendered);
            return (blocked, Some(does_not_compile(&mutant.slug)));
        }
        other => {
            let blocker = fault(
                &format!("the mutant `{}` could not be run", mutant.slug),
                &other,
            );
            return (
                result(name, Verdict::Blocked, blocker.what.clone()),
                Some(blocker),
            );
        }
    };
    let mut killed_by: Vec<String> = tests
        .iter()
        .filter(|test| is_rejection(test))
        .map(|test| test.name.clone())
        .collect();
    killed_by.sort();
    killed_by.dedup();
    let millis = tests.iter().map(|test| test.millis).sum();
    if !killed_by.is_empty() {
        let passed = result(name, Verdict::Passed, String::new());
        return (
            TestResult {
                millis,
                killed_by,
                ..passed
            },
            None,
        );
    }
    if let Some(test) = tests.iter().find(|test| test.verdict != Verdict::Passed) {
        let blocker = Blocker {
            what: format!(
                "{} could not run on the mutant `{}`: {}",
                test.name, mutant.slug, test.message
            ),
            mend: "`cargo xtask doctor` tells what is broken".to_owned(),
        };
        let result = result(name, Verdict::Blocked, blocker.what.clone());
        return (result, Some(blocker));
    }
    let survived = format!("survived: {}", mutant.why);
    (
        TestResult {
            millis,
            ..result(name, Verdict::Failed, survived)
        },
        None,
    )
}

/// What blocks an exercise whose mutant of this name doesn't compile. Its result's message is what the compiler said.
pub fn does_not_compile(slug: &str) -> Blocker {
    Blocker {
        what: format!("the mutant `{slug}` does not compile"),
        mend: "the workbook is to blame: tell its authors".to_owned(),
    }
}

fn fault(what: &str, evidence: &Evidence) -> Blocker {
    let why = match evidence {
        Evidence::CompileError(error) => error.rendered.trim().to_owned(),
        other => format!("{other:?}"),
    };
    Blocker {
        what: format!("{what}: {why}"),
        mend: "run it again; `cargo xtask doctor` tells what is broken".to_owned(),
    }
}

fn result(name: String, verdict: Verdict, message: String) -> TestResult {
    TestResult::new(name, BackendKind::Host, verdict, message)
}

#[cfg(test)]
mod tests;
