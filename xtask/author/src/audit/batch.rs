//! Running overlays of several exercises together, once or, to find verdicts that depend on luck, several times.

use std::{
    collections::{BTreeMap, BTreeSet},
    hint,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use workbook::{
    catalog::Exercise, event::Event, id::ExerciseId, judge::Outcome, outcome::TestResult,
    parallel::jobs, plan::Side,
};
use workbook_run::{check, context::Context, files::Overlay, stage::brief::Only};

use super::{Check, Findings, Wishes, text};

type OnEvent<'a> = &'a (dyn Fn(Event) + Sync);

/// Overlays of some exercises, to be run as one side.
pub struct Batch<'a> {
    /// The side.
    pub side: Side,
    /// The exercises, each with its files.
    pub overlays: Vec<(&'a Exercise, Overlay)>,
    /// What each one is in messages, and where it lies: `the reference`, `solutions/…`.
    pub names: Vec<(String, PathBuf)>,
    /// Whether it is run for once, so that what is built of it can go; of some exercises, only these tests are asked for.
    pub briefly: Option<BTreeMap<ExerciseId, Only>>,
}

/// Runs a batch, as often as is wished, and tells what came out differently; returns what came out first. Where it cannot
/// be run at all, because cargo refuses the stage's manifests or a folder cannot be written, all of it is blocked, and
/// what other checks found is told all the same.
pub fn run(
    ctx: &Context,
    batch: &Batch<'_>,
    wishes: Wishes,
    findings: &mut Findings,
    on_event: OnEvent<'_>,
) -> Vec<Outcome> {
    let once = || {
        let (side, overlays) = (batch.side.clone(), &batch.overlays);
        match &batch.briefly {
            Some(only) => {
                let only = only.clone();
                check::briefly(ctx, side, overlays, only, wishes.options(), on_event)
            }
            None => check::staged(ctx, side, overlays, wishes.options(), on_event),
        }
    };
    let runs = if wishes.repeat > 1 {
        while_others_are_busy(|| (0..wishes.repeat).map(|_| once()).collect())
    } else {
        once().map(|outcomes| vec![outcomes])
    };
    match runs {
        Ok(mut runs) => {
            tell_differences(batch, &runs, findings);
            runs.swap_remove(0)
        }
        Err(error) => {
            for (exercise, _) in &batch.overlays {
                findings.block(
                    &exercise.id,
                    &format!("{error:#}"),
                    "mend that, and audit again",
                );
            }
            Vec::new()
        }
    }
}

/// Does some work while all other processors are busy.
fn while_others_are_busy<R>(work: impl FnOnce() -> R) -> R {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 1..jobs() {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Tells of each exercise what did not come out the same in all runs.
fn tell_differences(batch: &Batch<'_>, runs: &[Vec<Outcome>], findings: &mut Findings) {
    for (at, ((exercise, _), (name, dir))) in batch.overlays.iter().zip(&batch.names).enumerate() {
        let outcomes: Vec<&Outcome> = runs.iter().filter_map(|run| run.get(at)).collect();
        let moody = moody(&outcomes);
        if !moody.is_empty() {
            let names: Vec<&str> = moody.iter().map(String::as_str).collect();
            let message = format!(
                "{name} does not get the same verdict each time; what differs is {}: find what its outcome depends on.",
                text::all(&names)
            );
            findings.problem(exercise, Check::Luck, dir, message);
        }
    }
}

/// What differs between outcomes of the same files: tests that are rejected or not, or not there, each with how often it was.
fn moody(outcomes: &[&Outcome]) -> Vec<String> {
    let all: BTreeSet<String> = outcomes
        .iter()
        .flat_map(|outcome| outcome.tests())
        .map(TestResult::label)
        .collect();
    let share = |what: &str, count: usize| {
        let runs = outcomes.len();
        (!count.is_multiple_of(runs)).then(|| format!("{what} ({count} of {runs} times)"))
    };
    let of_test = |label: &String| {
        let is_rejected = |outcome: &&&Outcome| {
            let mut own = outcome.tests().iter().filter(|test| test.label() == *label);
            own.any(TestResult::rejects)
        };
        share(label, outcomes.iter().filter(is_rejected).count())
    };
    let does_not_compile = |outcome: &&&Outcome| outcome.compile_error().is_some();
    let uncompiled = outcomes.iter().filter(does_not_compile).count();
    let differing = all.iter().filter_map(of_test);
    differing.chain(share("compiling", uncompiled)).collect()
}
