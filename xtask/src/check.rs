//! Checking a side of some exercises: what needs no run is answered at once, the rest is run.

use std::{
    fs::{File, TryLockError},
    time::Duration,
};

use anyhow::{Context as _, Result};
use workbook::{
    catalog::Exercise,
    event::Event,
    outcome::{Evidence, Outcome, Verdict},
    plan::Side,
};

use crate::{
    cache::{Cache, Key},
    context::Context,
    exec::Cmd,
    lockfile,
    pristine::Pristine,
    run::{Run, tools::Equipment},
    setup::Choice,
    stage::{Overlay, Stage, write_if_changed},
};

/// How to check.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How to go about missing tools.
    pub setup: Choice,
    /// Run even what is unchanged since its last result.
    pub fresh: bool,
    /// The exercises were named: run stubs too, to show how they fail.
    pub named: bool,
}

/// Held while a run writes to the stages and to `.workbook`; a second run waits.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "held for its lock")] File);

impl RunLock {
    /// Waits for its turn, saying so.
    pub fn acquire(ctx: &Context) -> Result<Self> {
        let path = ctx.state_dir()?.join("lock");
        let file = File::create(&path).with_context(|| {
            format!("failed to write {}; the workbook keeps your progress beside it: see that the disk is writable and has room", path.display())
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!(
                    "another run of the workbook is under way; waiting for it to end (Ctrl-C to stop waiting)"
                );
                while file.try_lock().is_err() {
                    if ctx.cancel.is_raised() {
                        anyhow::bail!("stopped while waiting for another run");
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("failed to lock {}", path.display()));
            }
        }
        Ok(Self(file))
    }
}

/// Checks the learner's own files, where they lie.
pub fn learner(
    ctx: &Context,
    exercises: &[&Exercise],
    options: Options,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Outcome>> {
    let pristine = Pristine::load(ctx)?;
    pristine.keep_without_git(ctx)?;
    let stage = Stage::learner(ctx);
    let answer = |exercise: &Exercise| {
        let tampered = pristine.straightened(&ctx.root, exercise);
        if !tampered.is_empty() {
            let evidence = vec![Evidence::Tampered(tampered)];
            return Some(Outcome::judge(
                exercise.id.clone(),
                evidence,
                Duration::ZERO,
            ));
        }
        let skip = !options.named && pristine.is_untouched(&ctx.root, exercise);
        skip.then(|| Outcome::pending(exercise.id.clone()))
    };
    let outcomes = with_cache(
        ctx,
        &stage,
        exercises,
        &|_| None,
        options,
        &answer,
        on_event,
    )?;
    let stub = |outcome: &Outcome, exercise: &Exercise| {
        matches!(
            outcome.verdict,
            Verdict::Failed | Verdict::CompileError | Verdict::TimedOut
        ) && pristine.is_untouched(&ctx.root, exercise)
    };
    let judged = outcomes.into_iter().zip(exercises);
    Ok(judged
        .map(|(mut outcome, exercise)| {
            if stub(&outcome, exercise) {
                // Its tests stay: they show how the stub fails.
                outcome.verdict = Verdict::Pending;
                outcome.blocked_by.clear();
            }
            outcome
        })
        .collect())
}

/// Checks overlays in a stage of their own.
pub fn staged(
    ctx: &Context,
    side: Side,
    overlays: &[(&Exercise, Overlay)],
    options: Options,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Outcome>> {
    let stage = Stage::create(ctx, side, overlays)?;
    let exercises: Vec<&Exercise> = overlays.iter().map(|(exercise, _)| *exercise).collect();
    let overlay = |exercise: &Exercise| {
        overlays
            .iter()
            .find(|(one, _)| one.id == exercise.id)
            .map(|(_, overlay)| overlay.clone())
    };
    with_cache(
        ctx,
        &stage,
        &exercises,
        &overlay,
        options,
        &|_| None,
        on_event,
    )
}

fn with_cache(
    ctx: &Context,
    stage: &Stage,
    exercises: &[&Exercise],
    overlay: &dyn Fn(&Exercise) -> Option<Overlay>,
    options: Options,
    answer: &dyn Fn(&Exercise) -> Option<Outcome>,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Vec<Outcome>> {
    let cache = Cache::new(ctx, stage)?;
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    let mut to_run: Vec<(usize, &Exercise, Key)> = Vec::new();
    for (at, exercise) in exercises.iter().enumerate() {
        let key = cache.key(ctx, exercise, overlay(exercise).as_ref())?;
        let known = answer(exercise).or_else(|| {
            if options.fresh {
                None
            } else {
                cache.get(exercise, &key)
            }
        });
        if known.is_none() {
            if stage.side == Side::Learner {
                cache.freshen(ctx, exercise);
            }
            to_run.push((at, exercise, key));
        }
        outcomes.push(known);
    }
    if !to_run.is_empty() {
        fetch(ctx)?;
        let wanted: Vec<&Exercise> = to_run.iter().map(|(_, exercise, _)| *exercise).collect();
        let tools = Equipment::prepare(ctx, &wanted, options.setup)?;
        let run = Run {
            ctx,
            tools: &tools,
            stage,
            on_event,
        };
        for ((at, exercise, key), outcome) in to_run.iter().zip(run.check(&wanted)?) {
            if !ctx.cancel.is_raised() {
                cache.put(exercise, key, &outcome)?;
            }
            outcomes[*at] = Some(outcome);
        }
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// Brings all dependencies once for each lock file, so that later runs need no network.
fn fetch(ctx: &Context) -> Result<()> {
    let mark = ctx.scratch_dir()?.join("fetched");
    let lock = lockfile::read(&ctx.root)?;
    let id = blake3::hash(&lock).to_hex();
    if std::fs::read(&mark).is_ok_and(|old| old == id.as_bytes()) {
        return Ok(());
    }
    // A failure is not told here: the build that follows says what it lacks.
    let _ = std::fs::remove_file(&mark);
    let output = ctx
        .exec
        .run(&Cmd::new("cargo").args(["fetch", "--locked"]).cwd(&ctx.root))
        .context("failed to start cargo")?;
    if output.success() {
        write_if_changed(&mark, id.as_bytes())
    } else {
        Ok(())
    }
}
