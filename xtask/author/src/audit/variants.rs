//! Whether every variant passes what the reference passes: no right answer is refused for its shape.

use std::collections::BTreeMap;

use anyhow::Result;
use workbook::{
    event::Event,
    judge::Outcome,
    outcome::{TestResult, Verdict},
    plan::Side,
};

use super::{
    Check, Findings, Wishes,
    answer::{Answer, Sort},
    batch::{self, Batch},
    memo::Memo,
    subject::Subject,
    text,
};
use workbook_run::context::Context;

/// Runs all variants: the first of every exercise together, then the second ones, and so on.
pub fn look(
    ctx: &Context,
    subjects: &[Subject<'_>],
    wishes: Wishes,
    memo: &Memo<'_>,
    findings: &mut Findings,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<()> {
    let counts = subjects.iter().map(|subject| subject.variants.len());
    for round in 0..counts.max().unwrap_or(0) {
        if ctx.cancel.is_raised() {
            return Ok(());
        }
        let side = Side::Variant((round + 1).to_string());
        let (mut answers, mut overlays) = (Vec::new(), Vec::new());
        for subject in subjects {
            let Some((variant, overlay)) = subject.variants.get(round) else {
                continue;
            };
            let answer = Answer::new(subject.exercise, Sort::Variant, &variant.slug);
            match memo.get::<Outcome>(subject.exercise, &question(&answer), overlay)? {
                Some(outcome) => judge(&answer, &side, &outcome, findings),
                None => {
                    answers.push(answer);
                    overlays.push((subject.exercise, overlay.clone()));
                }
            }
        }
        if answers.is_empty() {
            continue;
        }
        let name = |answer: &Answer<'_>| (format!("the variant `{}`", answer.slug), answer.dir());
        let batch = Batch {
            side: side.clone(),
            overlays,
            names: answers.iter().map(name).collect(),
            briefly: Some(BTreeMap::new()),
        };
        let outcomes = batch::run(ctx, &batch, wishes, findings, on_event);
        for ((answer, (exercise, overlay)), outcome) in
            answers.iter().zip(&batch.overlays).zip(&outcomes)
        {
            judge(answer, &side, outcome, findings);
            if outcome.verdict() == Verdict::Passed && !ctx.cancel.is_raised() {
                memo.put(exercise, &question(answer), overlay, outcome)?;
            }
        }
    }
    Ok(())
}

fn question(answer: &Answer<'_>) -> String {
    format!("variant-{}", answer.slug)
}

fn judge(answer: &Answer<'_>, side: &Side, outcome: &Outcome, findings: &mut Findings) {
    let (exercise, slug, dir) = (answer.exercise, answer.slug, answer.dir());
    findings.blocked_by(outcome);
    let shown = |said: &str| text::staged_excerpt(said, side, exercise, &dir);
    if let Some(error) = outcome.compile_error() {
        let message = format!(
            "the variant `{slug}` does not compile; mend it, or the test that asks for more than the page does."
        );
        findings.problem_with(
            exercise,
            Check::Variant,
            &dir,
            message,
            shown(&error.rendered),
        );
        return;
    }
    if outcome.verdict() == Verdict::Passed {
        if let Some(line) = findings.line(&exercise.id) {
            line.accepted += 1;
        }
        return;
    }
    let tests = outcome.tests().iter();
    let mut failed: Vec<&TestResult> = tests.filter(|test| test.rejects()).collect();
    failed.sort_by_key(|test| (test.backend, test.label()));
    for test in failed {
        let message = format!(
            "the variant `{slug}` is refused by `{}` ({}); mend the test if the variant is right, else the variant.",
            test.label(),
            test.backend
        );
        findings.problem_with(
            exercise,
            Check::Variant,
            &dir,
            message,
            shown(&test.message),
        );
    }
}
