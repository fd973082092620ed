//! `cargo xtask bench --runner`: what the runner itself costs, beside bare cargo-nextest, in one
//! run. It edits a copy of the workspace, never the learner's files.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use serde::Serialize;
use workbook::{catalog::Exercise, outcome::BackendKind};
use workbook_run::{check::RunLock, context::Context, exec::Cmd, ui};

use super::saves::{self, Copy, median};

/// Saves of one kind in a row: rounds of both kinds take turns, so that a machine that slows down slows both.
const IN_A_ROUND: u32 = 5;

/// Medians, in milliseconds.
#[derive(Debug, Serialize)]
pub struct Figures {
    schema: u32,
    exercise: String,
    saves: u32,
    save_to_verdict_watch: f64,
    save_to_verdict_nextest: f64,
    ratio: f64,
    verify_unchanged: f64,
    verify_solutions_unchanged: f64,
    qemu_test: Option<f64>,
}

/// Measures by this many saves of each kind, in rounds of [`IN_A_ROUND`].
///
/// # Errors
/// If the workspace can't be copied, or the reference does not pass.
pub fn measure(ctx: &Context, saves: u32, quiet: bool) -> Result<Figures> {
    let lock = RunLock::acquire(ctx)?;
    let catalog = ctx.catalog()?;
    // The first native exercise without gates: bare nextest runs no gates either.
    let plain = |exercise: &&Exercise| saves::is_plain(exercise) && exercise.gates.is_empty();
    let exercise = catalog
        .exercises
        .iter()
        .find(plain)
        .context("no exercise runs on the host alone")?;
    let bar = ui::Progress::new(ctx.terminal, quiet);
    bar.say("copying the workspace");
    let copy = Copy::of(ctx, &[exercise])?;
    let (mut watched, mut bare) = (Vec::new(), Vec::new());
    let mut left = saves;
    while left > 0 {
        let now = left.min(IN_A_ROUND);
        left -= now;
        bar.say(&format!("saves under watch, {left} to go"));
        watched.extend(copy.under_watch(ctx, exercise, now)?);
        bar.say(&format!("saves under bare cargo nextest, {left} to go"));
        bare.extend(copy.under_nextest(ctx, exercise, now)?);
    }
    bar.say("verifying what is unchanged");
    let me = &ctx.exe;
    let verify_unchanged = unchanged(ctx, me, &copy.root, &["verify"])?;
    // The runs below take it themselves.
    drop(lock);
    let verify_solutions_unchanged = unchanged(ctx, me, &ctx.root, &["verify", "--solutions"])?;
    bar.say("booting Cortex-M tests");
    let qemu_test = boots(ctx, me)?;
    let (save_to_verdict_watch, save_to_verdict_nextest) = (median(&watched), median(&bare));
    Ok(Figures {
        schema: 1,
        exercise: exercise.id.to_string(),
        saves,
        save_to_verdict_watch,
        save_to_verdict_nextest,
        ratio: save_to_verdict_watch / save_to_verdict_nextest,
        verify_unchanged,
        verify_solutions_unchanged,
        qemu_test,
    })
}

/// The figures for people.
pub fn text(figures: &Figures) -> String {
    let qemu = figures
        .qemu_test
        .map_or_else(|| "blocked".to_owned(), |millis| format!("{millis:.0} ms"));
    format!(
        "Medians of {} saves, warm, on this machine; {}\n\n  \
         from a save to the verdict, watch             {:>6.0} ms\n  \
         from a save to the verdict, bare nextest      {:>6.0} ms\n  \
         ratio                                         {:>6.2}\n  \
         verify of everything, unchanged               {:>6.0} ms\n  \
         verify --solutions of everything, unchanged   {:>6.0} ms\n  \
         a Cortex-M test beyond its build              {:>9}\n",
        figures.saves,
        figures.exercise,
        figures.save_to_verdict_watch,
        figures.save_to_verdict_nextest,
        figures.ratio,
        figures.verify_unchanged,
        figures.verify_solutions_unchanged,
        qemu
    )
}

/// A command of the runner, three times after a first that may have to build.
fn unchanged(ctx: &Context, me: &Path, root: &Path, args: &[&str]) -> Result<f64> {
    let cmd = Cmd::new(me).args(args).arg("--json").cwd(root);
    let mut times = Vec::new();
    for at in 0..4 {
        let started = Instant::now();
        ctx.exec
            .run(&cmd)
            .with_context(|| format!("failed to start {}", cmd.line()))?;
        if at > 0 {
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(median(&times))
}

/// What a Cortex-M test costs beyond the build: the time of an exercise's whole run by its number of
/// tests, the median over the exercises; `None` where they are blocked.
fn boots(ctx: &Context, me: &Path) -> Result<Option<f64>> {
    let catalog = ctx.catalog()?;
    let on_board = catalog
        .exercises
        .iter()
        .filter(|exercise| exercise.backends == [BackendKind::Qemu]);
    let ids: Vec<String> = on_board.map(|exercise| exercise.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let cmd = Cmd::new(me)
        .args(["verify", "--solutions", "--fresh", "--json"])
        .args(&ids)
        .cwd(&ctx.root);
    let output = ctx.exec.run(&cmd).context("failed to start the runner")?;
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("the runner printed no JSON")?;
    let exercises = report["exercises"].as_array();
    let each = exercises.into_iter().flatten().filter_map(|exercise| {
        let tests = exercise["tests"].as_array()?.iter();
        let boots = tests.filter(|test| test["backend"] == "qemu").count();
        // Everything after the build: nextest's start, listing, all boots.
        let run = exercise["duration_millis"].as_f64()?;
        (boots > 0).then(|| run / boots as f64)
    });
    let times: Vec<f64> = each.collect();
    Ok((!times.is_empty()).then(|| median(&times)))
}
