//! Checking a side of some exercises: what needs no run is answered at once, the rest is run.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use workbook::{
    catalog::Exercise,
    event::Event,
    id::ExerciseId,
    judge::{Case, Outcome},
    outcome::Evidence,
    plan::Side,
};

use crate::{
    cache::{Cache, Key},
    context::Context,
    exec::Cmd,
    files::{Overlay, overlay_from, write_if_changed},
    lockfile,
    pristine::Pristine,
    run::{Run, Tools},
    stage::{Stage, brief::Only},
    terminal,
    workspace::lock::Lock,
};

/// Looks up what exercises need of the machine, and brings what is missing where that was agreed to.
pub trait Provider: Sync {
    /// The machine's tools for these exercises.
    ///
    /// # Errors
    /// If a manifest names a tool that nobody knows, or bringing one was interrupted.
    fn prepare(&self, ctx: &Context, exercises: &[&Exercise]) -> Result<Box<dyn Tools>>;
}

/// How to check.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How to go about missing tools.
    pub setup: &'a dyn Provider,
    /// Run even what is unchanged since its last result.
    pub fresh: bool,
    /// The exercises were named: run stubs too, to show how they fail.
    pub named: bool,
}

/// Held while a run writes to the stages and to `.workbook`; a second run waits.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "held for its lock")] Lock);

impl RunLock {
    /// Waits for its turn, saying so.
    pub fn acquire(ctx: &Context) -> Result<Self> {
        let path = ctx.state_dir()?.join("lock");
        let waiting = || {
            terminal::note(
                "another run of the workbook is under way; waiting for it to end (Ctrl-C to stop waiting)",
            );
        };
        Ok(Self(Lock::acquire(&path, &ctx.cancel, waiting)?))
    }
}

/// Hears what happens in a run.
pub type OnEvent<'a> = &'a (dyn Fn(Event) + Sync);

/// An exercise that is to be checked.
pub struct Asked<'a> {
    /// Which one.
    pub exercise: &'a Exercise,
    /// What replaces its files; `None` where they lie in place.
    pub overlay: Option<Overlay>,
    /// What is known of it before anything is run.
    pub known: Vec<Evidence>,
}

/// Checks the learner's own files, where they lie.
pub fn learner(
    ctx: &Context,
    exercises: &[&Exercise],
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let pristine = Pristine::load(ctx)?;
    pristine.keep_without_git(ctx)?;
    let stage = Stage::learner(ctx);
    let ask = |&exercise| Asked {
        exercise,
        overlay: None,
        known: known_of_learner(ctx, &pristine, exercise),
    };
    let asked = exercises.iter().map(ask).collect();
    with_cache(ctx, &stage, asked, options, on_event)
}

fn known_of_learner(ctx: &Context, pristine: &Pristine, exercise: &Exercise) -> Vec<Evidence> {
    let tampered = pristine.straightened(&ctx.root, exercise);
    if !tampered.is_empty() {
        vec![Evidence::Tampered(tampered)]
    } else if pristine.is_untouched(&ctx.root, exercise) {
        vec![Evidence::Untouched]
    } else {
        Vec::new()
    }
}

/// Checks the reference solutions.
pub fn references(
    ctx: &Context,
    exercises: &[&Exercise],
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let overlays = exercises.iter().map(|exercise| {
        let dir = ctx.root.join(exercise.solution_dir());
        Ok((*exercise, overlay_from(&dir, exercise)?))
    });
    let overlays = overlays.collect::<Result<Vec<_>>>()?;
    staged(ctx, Side::Solutions, &overlays, options, on_event)
}

/// Checks overlays in a stage of their own.
pub fn staged(
    ctx: &Context,
    side: Side,
    overlays: &[(&Exercise, Overlay)],
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let ask = |&(exercise, ref overlay): &(_, Overlay)| Asked {
        exercise,
        overlay: Some(overlay.clone()),
        known: Vec::new(),
    };
    let asked = overlays.iter().map(ask).collect();
    submission(ctx, side, asked, options, on_event)
}

/// Checks overlays for once: what is built of them is removed, and no outcome is kept. Of some exercises, `only` these
/// tests are asked for.
pub fn briefly(
    ctx: &Context,
    side: Side,
    overlays: &[(&Exercise, Overlay)],
    only: BTreeMap<ExerciseId, Only>,
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let stage = Stage::brief(ctx, side, overlays, only)?;
    fetch(ctx)?;
    let exercises: Vec<&Exercise> = overlays.iter().map(|(exercise, _)| *exercise).collect();
    let tools = options.setup.prepare(ctx, &exercises)?;
    let run = Run {
        ctx,
        tools: &*tools,
        stage: &stage,
        on_event,
    };
    let cases = exercises.into_iter().map(|exercise| (exercise, Vec::new()));
    run.check(cases.collect())
}

/// The same as [`staged`], where something is known of the overlays.
pub fn submission(
    ctx: &Context,
    side: Side,
    asked: Vec<Asked<'_>>,
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let overlays: Vec<(&Exercise, Overlay)> = asked
        .iter()
        .map(|one| (one.exercise, one.overlay.clone().unwrap_or_default()))
        .collect();
    let stage = Stage::create(ctx, side, &overlays)?;
    with_cache(ctx, &stage, asked, options, on_event)
}

/// Answers what needs no run, and runs the rest.
fn with_cache(
    ctx: &Context,
    stage: &Stage,
    asked: Vec<Asked<'_>>,
    options: Options<'_>,
    on_event: OnEvent<'_>,
) -> Result<Vec<Outcome>> {
    let cache = Cache::new(ctx, stage)?;
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    let mut to_run: Vec<(usize, Key)> = Vec::new();
    for (at, one) in asked.iter().enumerate() {
        let exercise = one.exercise;
        let key = cache
            .key(ctx, exercise, one.overlay.as_ref())?
            .with(&one.known);
        let known = answer(one, options.named).or_else(|| {
            (!options.fresh)
                .then(|| cache.get(exercise, &key))
                .flatten()
        });
        if known.is_none() {
            if stage.side == Side::Learner {
                cache.freshen(ctx, exercise);
            }
            to_run.push((at, key));
        }
        outcomes.push(known);
    }
    if !to_run.is_empty() {
        fetch(ctx)?;
        let wanted: Vec<&Exercise> = to_run.iter().map(|(at, _)| asked[*at].exercise).collect();
        let tools = options.setup.prepare(ctx, &wanted)?;
        let run = Run {
            ctx,
            tools: &*tools,
            stage,
            on_event,
        };
        let cases = to_run.iter().map(|(at, _)| &asked[*at]);
        let cases = cases.map(|one| (one.exercise, one.known.clone()));
        for ((at, key), outcome) in to_run.iter().zip(run.check(cases.collect())?) {
            if !ctx.cancel.is_raised() {
                cache.put(asked[*at].exercise, key, &outcome)?;
            }
            outcomes[*at] = Some(outcome);
        }
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// The outcome, where what is known decides: nothing is run of files that must not be there. Stubs are run where they
/// were `named`, to show how they fail.
fn answer(one: &Asked<'_>, named: bool) -> Option<Outcome> {
    let decides = |piece: &Evidence| match piece {
        Evidence::Tampered(_) | Evidence::Refused(_) => true,
        Evidence::Untouched => !named,
        _ => false,
    };
    one.known.iter().any(decides).then(|| {
        let mut case = Case::new(one.exercise.id.clone());
        case.add(one.known.iter().cloned());
        case.judge()
    })
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
