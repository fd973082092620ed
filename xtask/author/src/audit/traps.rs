//! Whether every trap compiles and dies by the tests that are named for it.

use anyhow::Result;
use workbook::{
    catalog::Exercise, event::Event, judge::Outcome, outcome::Verdict, plan::Side, traps::Trap,
};

use super::{
    Check, Findings, Wishes,
    layout::Subject,
    memo::Memo,
    recorded,
    sides::{self, Death, died_by, names},
    text,
};
use workbook_run::{context::Context, stage::Overlay};

/// Runs all traps: the first of every exercise together, then the second ones, and so on. No two
/// traps of an exercise share a stage, so none can disturb another.
pub fn look(
    ctx: &Context,
    subjects: &[Subject<'_>],
    wishes: Wishes,
    memo: &Memo<'_>,
    findings: &mut Findings,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<()> {
    let most = subjects
        .iter()
        .map(|subject| subject.traps.len())
        .max()
        .unwrap_or(0);
    for round in 0..most {
        let side = Side::Trap((round + 1).to_string());
        let mut to_run: Vec<(&Exercise, Overlay)> = Vec::new();
        let mut waiting: Vec<&Trap> = Vec::new();
        for subject in subjects {
            let Some((trap, overlay)) = subject.traps.get(round) else {
                continue;
            };
            match memo.get::<Outcome>(subject.exercise, &question(trap), overlay)? {
                Some(outcome) => {
                    settle(
                        ctx,
                        subject.exercise,
                        trap,
                        &side,
                        &outcome,
                        wishes,
                        findings,
                    )?;
                }
                None => {
                    to_run.push((subject.exercise, overlay.clone()));
                    waiting.push(trap);
                }
            }
        }
        if to_run.is_empty() {
            continue;
        }
        if ctx.cancel.is_raised() {
            return Ok(());
        }
        let outcomes = sides::run(ctx, side.clone(), &to_run, wishes, findings, on_event);
        for (((exercise, overlay), trap), outcome) in to_run.iter().zip(waiting).zip(&outcomes) {
            let died = settle(ctx, exercise, trap, &side, outcome, wishes, findings)?;
            if died && !ctx.cancel.is_raised() {
                memo.put(exercise, &question(trap), overlay, outcome)?;
            }
        }
    }
    Ok(())
}

fn question(trap: &Trap) -> String {
    format!("trap-{}", trap.slug)
}

/// Judges a trap, counts it if it died as it should, and looks at its recorded failure.
fn settle(
    ctx: &Context,
    exercise: &Exercise,
    trap: &Trap,
    side: &Side,
    outcome: &Outcome,
    wishes: Wishes,
    findings: &mut Findings,
) -> Result<bool> {
    let died = judge(exercise, trap, side, outcome, findings);
    if died {
        if let Some(line) = findings.line(&exercise.id) {
            line.killed += 1;
        }
        recorded::look(ctx, exercise, trap, outcome, wishes, findings)?;
    }
    Ok(died)
}

fn judge(
    exercise: &Exercise,
    trap: &Trap,
    side: &Side,
    outcome: &Outcome,
    findings: &mut Findings,
) -> bool {
    let slug = &trap.slug;
    let dir = exercise.solution_dir();
    let overlay = dir.join("traps").join(slug);
    findings.blocked_by(outcome);
    if let Some(error) = outcome.compile_error() {
        let message = format!(
            "the trap `{slug}` does not compile, so that no test has killed it; make it compile."
        );
        findings.problem_with(
            exercise,
            Check::Trap,
            overlay,
            message,
            text::staged_excerpt(
                &error.rendered,
                side,
                exercise,
                &dir.join("traps").join(slug),
            ),
        );
        return false;
    }
    if outcome.verdict() == Verdict::Passed {
        let message = format!(
            "the trap `{slug}` survives: it passes every test and gate; write the test that kills it, or drop it if it is right."
        );
        findings.problem(exercise, Check::Trap, overlay, message);
        return false;
    }
    let mut died = true;
    for name in &trap.killed_by {
        match died_by(outcome, name) {
            Death::Died => continue,
            Death::Survived => {
                let failed = names(outcome, |test| test.verdict != Verdict::Passed);
                let message = format!(
                    "the trap `{slug}` passes `{name}`, which should kill it; mend the test, or `killed-by`: what fails is {}.",
                    text::list(&failed)
                );
                findings.problem(exercise, Check::Trap, dir.join("traps.toml"), message);
            }
            Death::Unknown if !outcome.blocked_by().is_empty() => {}
            Death::Unknown => {
                let message = format!(
                    "the trap `{slug}` is to be killed by `{name}`, and no test has this name; the tests are {}.",
                    text::list(&names(outcome, |_| true))
                );
                findings.problem(exercise, Check::Trap, dir.join("traps.toml"), message);
            }
        }
        died = false;
    }
    died
}
