//! `cargo xtask bench --runner`: what the runner itself costs, beside bare cargo-nextest, in one
//! run. It edits a copy of the workspace, never the learner's files.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use workbook::{catalog::Exercise, exit::Exit, outcome::BackendKind};

use workbook_run::{
    check::RunLock,
    context::Context,
    exec::{Cancel, Cmd, Executor, Real},
    stage::{package_files, write_if_changed},
    terminal, ui,
};

/// Rounds of edits; each has a few edits under `watch` and as many under bare nextest.
const ROUNDS: usize = 4;
const EDITS: usize = 5;

/// Medians, in milliseconds.
#[derive(Debug, Serialize)]
struct Figures {
    schema: u32,
    exercise: String,
    save_to_verdict_watch: f64,
    save_to_verdict_nextest: f64,
    ratio: f64,
    verify_unchanged: f64,
    verify_solutions_unchanged: f64,
    qemu_test: Option<f64>,
}

/// Measures and prints.
pub(super) fn run(ctx: &Context, json: bool) -> Result<Exit> {
    let lock = RunLock::acquire(ctx)?;
    let catalog = ctx.catalog()?;
    // The first native exercise without gates: bare nextest runs no gates either.
    let plain = |exercise: &&Exercise| {
        exercise.backends == [BackendKind::Host]
            && exercise.gates.is_empty()
            && exercise.needs.is_empty()
    };
    let exercise = catalog
        .exercises
        .iter()
        .find(plain)
        .context("no exercise runs on the host alone")?;
    let bar = ui::Progress::new(ctx.terminal, json);
    bar.say("copying the workspace");
    let copy = copy_workspace(ctx, exercise)?;
    let (mut watched, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        bar.say(&format!(
            "round {} of {ROUNDS}: saves under watch",
            round + 1
        ));
        watched.extend(under_watch(ctx, &copy, exercise, round)?);
        bar.say(&format!(
            "round {} of {ROUNDS}: saves under bare cargo nextest",
            round + 1
        ));
        bare.extend(under_nextest(ctx, &copy, exercise, round)?);
    }
    bar.say("verifying what is unchanged");
    let me = &ctx.exe;
    let verify_unchanged = unchanged(ctx, me, &copy, &["verify"])?;
    // The runs below take it themselves.
    drop(lock);
    let verify_solutions_unchanged = unchanged(ctx, me, &ctx.root, &["verify", "--solutions"])?;
    bar.say("booting Cortex-M tests");
    let qemu_test = boots(ctx, me)?;
    drop(bar);
    let (save_to_verdict_watch, save_to_verdict_nextest) = (median(watched), median(bare));
    let figures = Figures {
        schema: 1,
        exercise: exercise.id.to_string(),
        save_to_verdict_watch,
        save_to_verdict_nextest,
        ratio: save_to_verdict_watch / save_to_verdict_nextest,
        verify_unchanged,
        verify_solutions_unchanged,
        qemu_test,
    };
    if json {
        terminal::print_json(&figures)?;
    } else {
        terminal::print(&text(&figures))?;
    }
    Ok(Exit::Done)
}

fn text(figures: &Figures) -> String {
    let qemu = figures
        .qemu_test
        .map_or_else(|| "blocked".to_owned(), |millis| format!("{millis:.0} ms"));
    format!(
        "Medians of {} edits, warm, on this machine; {}\n\n  \
         from a save to the verdict, watch             {:>6.0} ms\n  \
         from a save to the verdict, bare nextest      {:>6.0} ms\n  \
         ratio                                         {:>6.2}\n  \
         verify of everything, unchanged               {:>6.0} ms\n  \
         verify --solutions of everything, unchanged   {:>6.0} ms\n  \
         a Cortex-M test beyond its build              {:>9}\n",
        ROUNDS * EDITS,
        figures.exercise,
        figures.save_to_verdict_watch,
        figures.save_to_verdict_nextest,
        figures.ratio,
        figures.verify_unchanged,
        figures.verify_solutions_unchanged,
        qemu
    )
}

/// All packages of the workspace, with the reference in place of the stub, so that edits keep
/// passing and the size of the workspace is the real one.
fn copy_workspace(ctx: &Context, exercise: &Exercise) -> Result<PathBuf> {
    let copy = ctx.scratch_dir()?.join("bench");
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        ".cargo/config.toml",
        ".config/nextest.toml",
    ] {
        if let Ok(bytes) = fs::read(ctx.root.join(name)) {
            write_if_changed(&copy.join(name), &bytes)?;
        }
    }
    for folder in ["exercises", "solutions", "xtask", "book"] {
        for (path, bytes) in package_files(&ctx.root.join(folder))? {
            write_if_changed(&copy.join(folder).join(path), &bytes)?;
        }
    }
    for path in &exercise.edit {
        let reference = fs::read(ctx.root.join(exercise.solution_dir()).join(path))?;
        write_if_changed(&copy.join(&exercise.dir).join(path), &reference)?;
    }
    Ok(copy)
}

fn edit(copy: &Path, exercise: &Exercise, label: &str) -> Result<Instant> {
    let file = copy.join(&exercise.dir).join(&exercise.edit[0]);
    let old = fs::read_to_string(&file)?;
    let kept = old.split("\n// edit").next().unwrap_or_default();
    let mut out = fs::File::create(&file)?;
    write!(out, "{kept}\n// edit {label}\n")?;
    drop(out);
    Ok(Instant::now())
}

fn under_watch(ctx: &Context, copy: &Path, exercise: &Exercise, round: usize) -> Result<Vec<f64>> {
    let cancel = Cancel::default();
    let (to, verdicts) = mpsc::channel();
    let to = Arc::new(Mutex::new(to));
    let cmd = Cmd::new(&ctx.exe)
        .args(["watch", &exercise.id.to_string(), "--json"])
        .cwd(copy)
        .on_line(move |line| {
            if line.starts_with('{') {
                let _ = to
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .send((Instant::now(), line.to_owned()));
            }
        });
    let real = Real {
        cancel: cancel.clone(),
        ..Real::default()
    };
    thread::scope(|scope| {
        scope.spawn(move || real.run(&cmd));
        let measured = (|| -> Result<Vec<f64>> {
            let wait = |limit: u64| {
                verdicts
                    .recv_timeout(Duration::from_secs(limit))
                    .context("watch gave no verdict")
            };
            let (_, first) = wait(300)?;
            if !first.contains("\"passed\"") {
                bail!("the reference does not pass under watch: {first}");
            }
            let mut times = Vec::new();
            // The first edit warms up what the other half left cold.
            for at in 0..=EDITS {
                thread::sleep(Duration::from_millis(300));
                let saved = edit(copy, exercise, &format!("watch {round} {at}"))?;
                let (told, line) = wait(60)?;
                if !line.contains("\"passed\"") {
                    bail!("the reference does not pass under watch: {line}");
                }
                if at > 0 {
                    times.push(told.duration_since(saved).as_secs_f64() * 1e3);
                }
                if ctx.cancel.is_raised() {
                    bail!("stopped");
                }
            }
            Ok(times)
        })();
        cancel.raise();
        measured
    })
}

fn under_nextest(
    ctx: &Context,
    copy: &Path,
    exercise: &Exercise,
    round: usize,
) -> Result<Vec<f64>> {
    let cmd = Cmd::new("cargo")
        .args(["nextest", "run", "-p", &exercise.package])
        .cwd(copy);
    let mut times = Vec::new();
    for at in 0..=EDITS {
        let saved = edit(copy, exercise, &format!("nextest {round} {at}"))?;
        let output = ctx
            .exec
            .run(&cmd)
            .context("failed to start cargo nextest")?;
        if !output.success() {
            bail!("bare cargo nextest failed: {}", output.stderr());
        }
        if at > 0 {
            times.push(saved.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(times)
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
    Ok(median(times))
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
    Ok((!times.is_empty()).then(|| median(times)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
