//! Whether stubs fail for their declared reasons, and references pass.

use std::collections::BTreeSet;

use anyhow::Result;
use workbook::{
    catalog::{Exercise, StubReason},
    event::Event,
    judge::Outcome,
    outcome::{TestKind, TestResult, Verdict},
    plan::Side,
};

use super::{
    Check, Findings, Wishes,
    batch::{self, Batch},
    subject::Subject,
    text,
};
use workbook_run::{
    context::Context,
    files::{Overlay, overlay_from},
    mutants,
    pristine::Pristine,
};

type OnEvent<'a> = &'a (dyn Fn(Event) + Sync);

/// Runs the stubs as the lock has them.
pub fn stubs(
    ctx: &Context,
    subjects: &[Subject<'_>],
    wishes: Wishes,
    findings: &mut Findings,
    on_event: OnEvent<'_>,
) -> Result<()> {
    let pristine = Pristine::load(ctx)?;
    let mut overlays = Vec::new();
    for subject in subjects {
        // Where the lock's original is not to be had, the file that lies there is the stub.
        let mut overlay = overlay_from(&ctx.root.join(&subject.exercise.dir), subject.exercise)?;
        for (path, bytes) in &mut overlay {
            if let Ok(original) = pristine.bytes(ctx, &subject.exercise.dir.join(path)) {
                *bytes = original;
            }
        }
        overlays.push((subject.exercise, overlay));
    }
    if overlays.is_empty() {
        return Ok(());
    }
    let dirs = subjects.iter().map(|subject| subject.exercise.dir.clone());
    let batch = Batch {
        side: Side::Stubs,
        overlays,
        names: dirs.map(|dir| ("the stub".to_owned(), dir)).collect(),
        briefly: None,
    };
    let outcomes = batch::run(ctx, &batch, wishes, findings, on_event);
    for (subject, outcome) in subjects.iter().zip(&outcomes) {
        judge_stub(subject.exercise, outcome, findings);
    }
    Ok(())
}

fn judge_stub(exercise: &Exercise, outcome: &Outcome, findings: &mut Findings) {
    let file = exercise.dir.join(&exercise.edit[0]);
    let reason = &exercise.stub;
    findings.blocked_by(outcome);
    let compile_error = outcome.compile_error();
    match reason {
        _ if outcome.verdict() == Verdict::Passed => {
            findings.problem(exercise, Check::Stub, file, "the untouched stub passes: there is nothing to do; take the answer out, or add the test that it fails.");
        }
        StubReason::Error(code) => match compile_error {
            Some(error) if error.codes.contains(code) => {}
            Some(error) => {
                let codes: Vec<&str> = error.codes.iter().map(String::as_str).collect();
                let message = format!("the stub is refused with {}, not with {code} as the manifest's `stub` says; mend the one or the other.", text::list(&codes));
                findings.problem_with(exercise, Check::Stub, file, message, text::staged_excerpt(&error.rendered, &Side::Stubs, exercise, &exercise.dir));
            }
            None if outcome.verdict() == Verdict::Blocked => {}
            None => findings.problem(exercise, Check::Stub, file, format!("the stub compiles, but the manifest's `stub` says that it is refused with {code}; mend the one or the other.")),
        },
        StubReason::Test(name) => match compile_error {
            Some(error) => {
                let message = format!("the stub does not compile, but the manifest's `stub` says that its test `{name}` fails; make it compile.");
                findings.problem_with(exercise, Check::Stub, file, message, text::staged_excerpt(&error.rendered, &Side::Stubs, exercise, &exercise.dir));
            }
            None => judge_stub_test(exercise, name, outcome, findings),
        },
    }
}

fn judge_stub_test(exercise: &Exercise, name: &str, outcome: &Outcome, findings: &mut Findings) {
    let file = exercise.dir.join("Cargo.toml");
    match died_by(outcome, name) {
        Death::Died => {}
        Death::Unknown if !outcome.blocked_by().is_empty() => {}
        Death::Unknown => {
            let message = format!(
                "the manifest's `stub` names the test `{name}`, which there is not; its tests are {}.",
                text::list(&names(outcome, |_| true))
            );
            findings.problem(exercise, Check::Stub, file, message);
        }
        Death::Survived => {
            let failed = names(outcome, |test| test.verdict != Verdict::Passed);
            let message = format!(
                "the test `{name}` passes on the untouched stub, so the manifest's `stub` is wrong; what fails is {}.",
                text::list(&failed)
            );
            findings.problem(exercise, Check::Stub, file, message);
        }
    }
}

/// Runs the references; returns what came of each.
pub fn references<'a>(
    ctx: &Context,
    subjects: &[Subject<'a>],
    wishes: Wishes,
    findings: &mut Findings,
    on_event: OnEvent<'_>,
) -> Vec<(&'a Exercise, Overlay, Outcome)> {
    let overlays: Vec<_> = subjects
        .iter()
        .filter_map(|subject| Some((subject.exercise, subject.reference.clone()?)))
        .collect();
    if overlays.is_empty() {
        return Vec::new();
    }
    let dirs = overlays.iter().map(|(exercise, _)| exercise.solution_dir());
    let batch = Batch {
        side: Side::Solutions,
        names: dirs.map(|dir| ("the reference".to_owned(), dir)).collect(),
        overlays,
        briefly: None,
    };
    let outcomes = batch::run(ctx, &batch, wishes, findings, on_event);
    let mut seen = Vec::new();
    for ((exercise, overlay), outcome) in batch.overlays.into_iter().zip(outcomes) {
        judge_reference(exercise, &outcome, findings);
        seen.push((exercise, overlay, outcome));
    }
    seen
}

fn judge_reference(exercise: &Exercise, outcome: &Outcome, findings: &mut Findings) {
    let file = exercise.solution_dir().join(&exercise.edit[0]);
    let uncompiled = judge_mutants(exercise, outcome, findings);
    if uncompiled == 0 {
        findings.blocked_by(outcome);
    }
    if let Some(line) = findings.line(&exercise.id) {
        line.tests = outcome
            .tests()
            .iter()
            .filter(|test| matches!(test.kind, TestKind::Test | TestKind::Doc))
            .count();
    }
    if let Some(error) = outcome.compile_error() {
        findings.problem_with(
            exercise,
            Check::Reference,
            &file,
            "the reference does not compile; mend it.",
            text::staged_excerpt(
                &error.rendered,
                &Side::Solutions,
                exercise,
                &exercise.solution_dir(),
            ),
        );
    }
    let mut failed: Vec<&TestResult> = outcome
        .tests()
        .iter()
        .filter(|test| test.kind != TestKind::Mutant && test.rejects())
        .collect();
    failed.sort_by_key(|test| (test.backend, test.label()));
    for test in failed {
        let message = match (test.kind, test.verdict) {
            (TestKind::Gate, _) => format!(
                "the reference misses the gate `{}`; mend it, or take the gate out of the manifest.",
                test.id
            ),
            (_, Verdict::TimedOut) => format!(
                "the test `{}` takes too long on the reference ({}); mend the one or the other.",
                test.label(),
                test.backend
            ),
            _ => format!(
                "the test `{}` fails on the reference ({}); mend the one or the other.",
                test.label(),
                test.backend
            ),
        };
        findings.problem_with(
            exercise,
            Check::Reference,
            &file,
            message,
            text::staged_excerpt(
                &test.message,
                &Side::Solutions,
                exercise,
                &exercise.solution_dir(),
            ),
        );
    }
}

/// Tells the mutants that the reference's tests leave alive, and those that don't compile; how many these are.
fn judge_mutants(exercise: &Exercise, outcome: &Outcome, findings: &mut Findings) -> usize {
    let mut uncompiled = 0;
    let mutants = outcome.tests().iter();
    for test in mutants.filter(|test| test.kind == TestKind::Mutant) {
        let slug = &test.id.name;
        let dir = mutants::folder(exercise, slug);
        match test.verdict {
            Verdict::Failed => {
                let message = format!(
                    "the mutant `{slug}` survives the reference's tests; write the test that kills it, or drop it if it is right."
                );
                findings.problem(exercise, Check::Mutant, dir, message);
            }
            // Whatever blocks a mutant is told as such.
            Verdict::CompileError => {
                uncompiled += 1;
                let message = format!("the mutant `{slug}` does not compile; make it compile.");
                let detail = text::excerpt(&test.message);
                findings.problem_with(exercise, Check::Mutant, dir, message, detail);
            }
            _ => {}
        }
    }
    uncompiled
}

/// What became of a test that should fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// It failed or timed out, on some backend.
    Died,
    /// It passed.
    Survived,
    /// There is no such test, or it could not be run.
    Unknown,
}

/// Whether the test of exactly this name failed.
pub fn died_by(outcome: &Outcome, name: &str) -> Death {
    let could_run =
        |test: &&TestResult| !matches!(test.verdict, Verdict::Blocked | Verdict::CompileError);
    let mut named = outcome
        .tests()
        .iter()
        .filter(|test| test.label() == name)
        .filter(could_run)
        .peekable();
    if named.peek().is_none() {
        Death::Unknown
    } else if named.any(TestResult::rejects) {
        Death::Died
    } else {
        Death::Survived
    }
}

/// The names of the tests that `wanted` takes, each once, sorted: they ran in no order.
pub fn names(outcome: &Outcome, wanted: impl Fn(&TestResult) -> bool) -> Vec<String> {
    let chosen = outcome.tests().iter().filter(|test| wanted(test));
    let names: BTreeSet<String> = chosen.map(TestResult::label).collect();
    names.into_iter().collect()
}
