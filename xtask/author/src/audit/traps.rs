//! Whether every trap compiles and dies by the tests that are named for it.

use std::collections::BTreeMap;

use anyhow::Result;
use workbook::{
    catalog::Exercise, event::Event, id::ExerciseId, judge::Outcome, outcome::Verdict, plan::Side,
    traps::Trap,
};
use workbook_run::{context::Context, files::Overlay, stage::brief::Only};

use super::{
    Check, Findings, Wishes,
    answer::{Answer, Sort},
    batch::{self, Batch},
    killers::Killers,
    memo::Memo,
    recorded,
    sides::{Death, died_by, names},
    subject::Subject,
    text,
};

/// A trap on its way: what is known of it, or yet to be found out.
struct Case<'a> {
    exercise: &'a Exercise,
    trap: &'a Trap,
    overlay: &'a Overlay,
}

/// Runs all traps: the first of every exercise together, then the second ones, and so on. No two
/// traps of an exercise share a stage, so none can disturb another.
///
/// A trap is built with the tests that should kill it, and put to no other. One that survives these is put to all, so that
/// its author learns what it does die of.
pub fn look(
    ctx: &Context,
    subjects: &[Subject<'_>],
    killers: &Killers,
    wishes: Wishes,
    memo: &Memo<'_>,
    findings: &mut Findings,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<()> {
    let counts = subjects.iter().map(|subject| subject.traps.len());
    for round in 0..counts.max().unwrap_or(0) {
        let side = Side::Trap((round + 1).to_string());
        let mut unknown = Vec::new();
        for subject in subjects {
            let Some((trap, overlay)) = subject.traps.get(round) else {
                continue;
            };
            let case = Case {
                exercise: subject.exercise,
                trap,
                overlay,
            };
            match case.known(memo)? {
                Some(outcome) => settle(ctx, &case, &side, &outcome, wishes, findings)?,
                None => unknown.push(case),
            }
        }
        // Those of which only some tests are asked for, then those that are put to all.
        for narrowed in [true, false] {
            if unknown.is_empty() || ctx.cancel.is_raised() {
                continue;
            }
            let only = |case: &Case<'_>| killers.of(case.exercise, case.trap);
            let (now, later): (Vec<_>, Vec<_>) = unknown
                .into_iter()
                .partition(|case| !narrowed || only(case).is_some());
            let ids = now.iter().filter(|_| narrowed);
            let only = ids.filter_map(|case| Some((case.exercise.id.clone(), only(case)?)));
            let batch = batch(&side, &now, only.collect());
            unknown = later;
            let outcomes = if now.is_empty() {
                Vec::new()
            } else {
                batch::run(ctx, &batch, wishes, findings, on_event)
            };
            for (case, outcome) in now.into_iter().zip(&outcomes) {
                let died = case.dies(outcome);
                if narrowed && !died {
                    unknown.push(case);
                    continue;
                }
                settle(ctx, &case, &side, outcome, wishes, findings)?;
                if died && !ctx.cancel.is_raised() {
                    case.keep(memo, outcome)?;
                }
            }
        }
    }
    Ok(())
}

fn batch<'a>(side: &Side, cases: &[Case<'a>], only: BTreeMap<ExerciseId, Only>) -> Batch<'a> {
    let name = |case: &Case<'_>| {
        let dir = Answer::new(case.exercise, Sort::Trap, &case.trap.slug).dir();
        (format!("the trap `{}`", case.trap.slug), dir)
    };
    Batch {
        side: side.clone(),
        overlays: (cases.iter())
            .map(|case| (case.exercise, case.overlay.clone()))
            .collect(),
        names: cases.iter().map(name).collect(),
        briefly: Some(only),
    }
}

impl Case<'_> {
    fn question(&self) -> String {
        format!("trap-{}", self.trap.slug)
    }

    /// Of what it died before, if it was to die of the same.
    fn known(&self, memo: &Memo<'_>) -> Result<Option<Outcome>> {
        let known =
            memo.get::<(Vec<String>, Outcome)>(self.exercise, &self.question(), self.overlay)?;
        Ok(known
            .filter(|(killed_by, _)| *killed_by == self.trap.killed_by)
            .map(|(_, outcome)| outcome))
    }

    fn keep(&self, memo: &Memo<'_>, outcome: &Outcome) -> Result<()> {
        let answer = (&self.trap.killed_by, outcome);
        memo.put(self.exercise, &self.question(), self.overlay, answer)
    }

    /// Whether it compiles, and every test that should kill it does.
    fn dies(&self, outcome: &Outcome) -> bool {
        let mut killers = self.trap.killed_by.iter();
        outcome.compile_error().is_none()
            && killers.all(|name| died_by(outcome, name) == Death::Died)
    }
}

/// Judges a trap, counts it if it died as it should, and looks at its recorded failure.
fn settle(
    ctx: &Context,
    case: &Case<'_>,
    side: &Side,
    outcome: &Outcome,
    wishes: Wishes,
    findings: &mut Findings,
) -> Result<()> {
    judge(case, side, outcome, findings);
    if case.dies(outcome) {
        if let Some(line) = findings.line(&case.exercise.id) {
            line.killed += 1;
        }
        recorded::look(ctx, case.exercise, case.trap, outcome, wishes, findings)?;
    }
    Ok(())
}

/// Tells why a trap did not die as it should, if it didn't.
fn judge(case: &Case<'_>, side: &Side, outcome: &Outcome, findings: &mut Findings) {
    let (exercise, slug) = (case.exercise, &case.trap.slug);
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
        return;
    }
    if outcome.verdict() == Verdict::Passed {
        let message = format!(
            "the trap `{slug}` survives: it passes every test and gate; write the test that kills it, or drop it if it is right."
        );
        findings.problem(exercise, Check::Trap, overlay, message);
        return;
    }
    for name in &case.trap.killed_by {
        match died_by(outcome, name) {
            Death::Died => {}
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
    }
}
