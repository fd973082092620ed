//! `cargo xtask watch`: a verdict at each save; a save during a run stops it and starts again.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use workbook::{
    catalog::Exercise,
    event::Event,
    exit::Exit,
    judge::Outcome,
    outcome::Verdict,
    plan::Side,
    report::{Format as _, Report},
};

use workbook_run::{
    check::{self, Options, RunLock},
    context::Context,
    exec::{Cancel, Real},
    progress::Progress,
    terminal, ui,
};
use workbook_tools::Choice;

mod saves;

use saves::Saves;

/// An editor writes a file in several steps: what comes within this time is one save.
const DEBOUNCE: Duration = Duration::from_millis(20);

/// How long a file that is edited may be gone while it is saved.
const PATIENCE: Duration = Duration::from_secs(1);

/// What to watch.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The exercise; without it, the first one that has not passed, and after a pass the next
    pub id: Option<String>,
    /// Print one line of JSON a verdict instead of reports
    #[arg(long)]
    pub json: bool,
    /// Look for saves four times a second, where the system's file events don't come through
    #[arg(long)]
    pub poll: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
}

/// Watches until Ctrl-C.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let _lock = RunLock::acquire(ctx)?;
    let saves = Saves::of(&ctx.root.join("exercises"), args.poll);
    if let Some(why) = &saves.polls {
        terminal::note(&format!("looking for saves four times a second: {why}"));
    }
    let mut wanted = args.id.clone();
    let mut since = None;
    while !ctx.cancel.is_raised() {
        let mut progress = Progress::load(ctx)?;
        let Some(exercise) = progress.chosen(&catalog, wanted.as_deref())? else {
            // Standard output is for verdicts.
            terminal::note("Every exercise has passed. Well done.");
            return Ok(Exit::Done);
        };
        // Stays with this exercise until it passes, even when another fails again.
        let verdict = round(ctx, args, exercise, &saves.came, since, &mut progress)?;
        wanted = match (verdict, &args.id) {
            (Some(Verdict::Passed), None) => None,
            _ => Some(exercise.id.to_string()),
        };
        since = wait(ctx, &saves.came, verdict.is_none());
        until_written(ctx, exercise);
    }
    Ok(Exit::Done)
}

/// Checks once. `None` if a save came in between.
fn round(
    ctx: &Context,
    args: &Args,
    exercise: &Exercise,
    saves: &Receiver<Instant>,
    since: Option<Instant>,
    progress: &mut Progress,
) -> Result<Option<Verdict>> {
    // Of its own, so that a save ends this check and not the watch.
    let cancel = Cancel::default();
    let inner = Context {
        root: ctx.root.clone(),
        exe: ctx.exe.clone(),
        exec: Box::new(Real {
            cancel: cancel.clone(),
            isolation: ctx.isolation.clone(),
        }),
        isolation: ctx.isolation.clone(),
        cancel: cancel.clone(),
        terminal: ctx.terminal,
        // One server for all rounds.
        postgres: Arc::clone(&ctx.postgres),
    };
    let options = Options {
        setup: &args.setup,
        named: true,
        fresh: false,
    };
    let bar = (!args.json).then(|| ui::Progress::new(ctx.terminal, true));
    let on_event = |event: Event| {
        if let Some(bar) = &bar {
            bar.on(&event);
        }
    };
    let result = thread::scope(|scope| {
        let check = scope.spawn(|| check::learner(&inner, &[exercise], options, &on_event));
        while !check.is_finished() {
            match saves.recv_timeout(Duration::from_millis(5)) {
                Ok(_) => cancel.raise(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if ctx.cancel.is_raised() {
                cancel.raise();
            }
        }
        check.join()
    });
    drop(bar);
    if cancel.is_raised() {
        return Ok(None);
    }
    let outcomes = match result {
        Ok(outcomes) => outcomes?,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    outcomes.iter().for_each(|outcome| progress.note(outcome));
    progress.save(ctx)?;
    let verdict = outcomes.first().map(Outcome::verdict);
    let millis = since.map(|since| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
    let report = Report::new(
        &Side::Learner,
        std::iter::once(exercise).zip(outcomes).collect(),
    );
    show(ctx, args, report, millis)?;
    Ok(verdict)
}

fn show(ctx: &Context, args: &Args, report: Report, millis: Option<u64>) -> Result<()> {
    if args.json {
        let line = serde_json::json!({ "millis_since_save": millis, "report": report });
        terminal::print_json_line(&line)?;
        return Ok(());
    }
    let clear = if ctx.terminal.screen {
        "\x1b[2J\x1b[3J\x1b[H"
    } else {
        ""
    };
    let took = millis
        .map(|millis| format!(" · {millis} ms after your save"))
        .unwrap_or_default();
    let text = ui::report(ctx, false).render(&report);
    terminal::print(&format!(
        "{clear}{text}\nWatching for a save{took}. Ctrl-C ends it.\n"
    ))?;
    Ok(())
}

/// Waits for the next save that matters and tells when it came.
fn wait(ctx: &Context, saves: &Receiver<Instant>, at_once: bool) -> Option<Instant> {
    let mut first = at_once.then(Instant::now);
    while !ctx.cancel.is_raised() {
        match saves.recv_timeout(if first.is_some() {
            DEBOUNCE
        } else {
            Duration::from_millis(50)
        }) {
            Ok(at) => first = first.or(Some(at)),
            Err(_) if first.is_some() => return first,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}

/// Some editors remove the old file before they write the new one: waits a moment for it.
fn until_written(ctx: &Context, exercise: &Exercise) {
    let waited = Instant::now();
    let dir = ctx.root.join(&exercise.dir);
    let is_whole = || exercise.edit.iter().all(|path| dir.join(path).exists());
    while !is_whole() && waited.elapsed() < PATIENCE && !ctx.cancel.is_raised() {
        thread::sleep(DEBOUNCE);
    }
}
