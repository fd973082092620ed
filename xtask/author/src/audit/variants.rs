//! Whether every variant passes what the reference passes: no right answer is refused for its shape.

use workbook::{
    catalog::Exercise,
    event::Event,
    judge::Outcome,
    outcome::{TestResult, Verdict},
    plan::Side,
};

use super::{
    Check, Findings, Wishes,
    answer::{Answer, Sort},
    layout::Subject,
    sides, text,
};
use workbook_run::{context::Context, stage::Overlay};

/// Runs all variants: the first of every exercise together, then the second ones, and so on.
pub fn look(
    ctx: &Context,
    subjects: &[Subject<'_>],
    wishes: Wishes,
    findings: &mut Findings,
    on_event: &(dyn Fn(Event) + Sync),
) {
    let counts = subjects.iter().map(|subject| subject.variants.len());
    for round in 0..counts.max().unwrap_or(0) {
        if ctx.cancel.is_raised() {
            return;
        }
        let side = Side::Variant((round + 1).to_string());
        let (overlays, slugs): (Vec<(&Exercise, Overlay)>, Vec<&str>) = subjects
            .iter()
            .filter_map(|subject| {
                let (variant, overlay) = subject.variants.get(round)?;
                Some(((subject.exercise, overlay.clone()), variant.slug.as_str()))
            })
            .unzip();
        let outcomes = sides::run(ctx, side.clone(), &overlays, wishes, findings, on_event);
        for (((exercise, _), slug), outcome) in overlays.iter().zip(slugs).zip(&outcomes) {
            judge(
                &Answer::new(exercise, Sort::Variant, slug),
                &side,
                outcome,
                findings,
            );
        }
    }
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
