//! `cargo xtask ci`: everything that CI runs, in the order in which it fails fastest.

use std::{collections::BTreeSet, time::Instant};

use anyhow::{Context as _, Result};
use launch::Launcher;
use serde::Serialize;
use workbook::{catalog::Exercise, exit::Exit, plan::Side, report::Report, score};

use crate::cmd::audit;
use workbook_run::{
    check::{self, Options, RunLock},
    context::Context,
    exec::{self, Cmd},
    start::Usage,
    terminal, ui,
};
use workbook_tools::{self as setup, Choice, toolbox, tools::ToolId};

/// How to run it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Run only the steps whose names contain this: `--only audit`, `--only book`
    #[arg(long, value_name = "STEP")]
    pub only: Vec<String>,
    /// Print the steps and their results as JSON at the end
    #[arg(long)]
    pub json: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
}

/// One step's result.
#[derive(Debug, Serialize)]
struct Step {
    name: &'static str,
    /// How the step ended, as an exit code: 0 is a pass, 3 is blocked.
    code: Exit,
    seconds: f64,
}

/// Checks every reference solution, none from memory.
fn references(ctx: &Context, choice: Choice) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercises: Vec<&Exercise> = catalog.exercises.iter().collect();
    let _lock = RunLock::acquire(ctx)?;
    let options = Options {
        setup: &choice,
        fresh: true,
        named: false,
    };
    let progress = ui::Progress::new(ctx.terminal, false);
    let outcomes = check::references(ctx, &exercises, options, &|event| progress.on(&event))?;
    drop(progress);
    let exit = score::exit(&outcomes, true);
    let report = Report::new(
        &Side::Solutions,
        exercises.into_iter().zip(outcomes).collect(),
    );
    ui::print(ctx, &report, false, false)?;
    Ok(exit)
}

/// Our own packages: everything but the exercises, whose stubs need not compile. `-p NAME` for all,
/// and for those that have a library.
fn own_packages(ctx: &Context) -> Result<(Vec<String>, Vec<String>)> {
    let cmd = Cmd::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .cwd(&ctx.root);
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`cargo metadata` failed: {}", output.stderr().trim()))?;
    let catalog = ctx.catalog()?;
    let (mut all, mut libraries) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if catalog
            .exercises
            .iter()
            .any(|exercise| exercise.package == name)
        {
            continue;
        }
        let targets = package["targets"].as_array();
        let kinds = targets.into_iter().flatten().map(|target| &target["kind"]);
        let has_library = kinds
            .into_iter()
            .any(|kind| *kind == serde_json::json!(["lib"]));
        let flag = ["-p".to_owned(), name.to_owned()];
        if has_library {
            libraries.extend(flag.clone());
        }
        all.extend(flag);
    }
    Ok((all, libraries))
}

/// Runs all steps, even after one failed, and sums up.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    // Asked for here, CI installs everything that is missing: what it can't install shows up below.
    let choice = Choice {
        yes: true,
        ..args.setup
    };
    let mut steps = Vec::new();
    let mut step = |name: &'static str, work: &dyn Fn() -> Result<Exit>| {
        let wanted =
            args.only.is_empty() || args.only.iter().any(|part| name.contains(part.as_str()));
        if ctx.cancel.is_raised() || !wanted {
            return;
        }
        terminal::note(&format!("\n━━ {name}"));
        let started = Instant::now();
        let code = work().unwrap_or_else(|error| {
            terminal::note(&format!("error: {error:#}"));
            Exit::Blocked
        });
        steps.push(Step {
            name,
            code,
            seconds: started.elapsed().as_secs_f64(),
        });
    };
    let (all, libraries) = own_packages(ctx)?;
    let packages: Vec<&str> = all.iter().map(String::as_str).collect();
    let libraries: Vec<&str> = libraries.iter().map(String::as_str).collect();
    step("setup", &|| setup_all(ctx, choice));
    step("fmt", &|| cargo(ctx, &["fmt", "--all", "--check"], &[]));
    step("clippy", &|| {
        cargo(
            ctx,
            &["clippy", "--all-targets"],
            &[&packages[..], &["--", "-Dwarnings"]].concat(),
        )
    });
    step("deny", &|| deny(ctx));
    step("tests of the runner", &|| {
        cargo(
            ctx,
            &["nextest", "run", "--profile=ci", "--status-level=fail"],
            &packages,
        )
    });
    step("examples in doc comments", &|| {
        cargo(ctx, &["test", "--quiet", "--doc"], &libraries)
    });
    step("tests on the board", &|| board(ctx, choice));
    step("verify --solutions", &|| references(ctx, choice));
    step("audit", &|| {
        audit::run(
            ctx,
            &audit::Args {
                setup: choice,
                ..audit::Args::default()
            },
        )
    });
    step("book build", &|| book(ctx, "build"));
    step("book test", &|| book(ctx, "test"));
    if steps.is_empty() {
        return Err(Usage(format!(
            "no step's name contains {}",
            args.only.join(" or ")
        ))
        .into());
    }
    if args.json {
        terminal::print_json(&serde_json::json!({ "schema": 1, "steps": steps }))?;
    } else {
        terminal::print(&summary(&steps))?;
    }
    let overall = steps
        .iter()
        .map(|step| step.code)
        .fold(Exit::Done, Exit::and);
    Ok(if ctx.cancel.is_raised() {
        Exit::Interrupted
    } else {
        overall
    })
}

fn summary(steps: &[Step]) -> String {
    let mut text = String::from("\n");
    for step in steps {
        let word = match step.code {
            Exit::Done => "✓ passed",
            Exit::Blocked => "! blocked",
            _ => "✗ failed",
        };
        text.push_str(&format!(
            "  {word:<10}  {:<24}  {:>7.1} s\n",
            step.name, step.seconds
        ));
    }
    text
}

fn setup_all(ctx: &Context, choice: Choice) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let mut tools = own_tools();
    for exercise in &catalog.exercises {
        tools.extend(toolbox::required(
            exercise.backends.iter().copied(),
            exercise.needs.iter().map(String::as_str),
        )?);
    }
    let report = setup::ensure(ctx, &tools, choice)?;
    let mut exit = Exit::Done;
    for missing in report.toolbox.missing() {
        let why = report.failed.get(&missing.id).unwrap_or(&missing.reason);
        terminal::note(&format!(
            "{}: {why}\n  to fix it: {}",
            missing.id.tool().name,
            missing.fix
        ));
        exit = Exit::Blocked;
    }
    Ok(exit)
}

/// The Cortex-M harness tests itself in QEMU: what should pass passes, and every way to fail fails.
fn board(ctx: &Context, choice: Choice) -> Result<Exit> {
    let target = ToolId::Thumbv7m;
    let tools = BTreeSet::from([ToolId::Nextest, ToolId::QemuArm, target]);
    let report = setup::ensure(ctx, &tools, choice)?;
    if let Some(missing) = report.toolbox.missing().next() {
        terminal::note(&format!("{}: {}", missing.id.tool().name, missing.reason));
        return Ok(Exit::Blocked);
    }
    let nextest = |args: &[&str]| {
        Cmd::new("cargo")
            .args(["nextest", "run", "--target", "thumbv7m-none-eabi"])
            .args(["-p", "qemu-test", "--test", "*", "--no-fail-fast"])
            .args(args)
            .envs(report.toolbox.env(Some(target)))
            .cwd(&ctx.root)
    };
    let exit = outcome_of(ctx, &nextest(&["--status-level=fail"]).inherit())?;
    if exit != Exit::Done {
        return Ok(exit);
    }
    let failing = nextest(&["--run-ignored=only", "--final-status-level=none"]);
    let output = ctx.exec.run(&failing).context("failed to start cargo")?;
    let said = output.stderr();
    let all_failed = said
        .lines()
        .any(|line| line.contains("Summary") && line.contains(" 0 passed, "));
    if !all_failed {
        terminal::note(&format!(
            "{said}\nevery ignored test of qemu-test is a way to fail, and some did not"
        ));
    }
    Ok(if all_failed { Exit::Done } else { Exit::Failed })
}

/// What CI runs besides the exercises' own tools.
fn own_tools() -> BTreeSet<ToolId> {
    BTreeSet::from([ToolId::Nextest, ToolId::CargoDeny])
}

/// Licences, sources and duplicates, from `deny.toml`. Advisories need a database from the network.
fn deny(ctx: &Context) -> Result<Exit> {
    let tools = own_tools();
    let report = setup::ensure(ctx, &tools, Choice::default())?;
    let cmd = Cmd::new("cargo-deny")
        .args([
            "--offline",
            "--log-level=error",
            "check",
            "bans",
            "licenses",
            "sources",
        ])
        .envs(report.toolbox.env(None))
        .cwd(&ctx.root)
        .inherit();
    outcome_of(ctx, &cmd)
}

fn cargo(ctx: &Context, first: &[&str], more: &[&str]) -> Result<Exit> {
    let report = setup::ensure(ctx, &own_tools(), Choice::default())?;
    outcome_of(
        ctx,
        &Cmd::new("cargo")
            .args(first)
            .args(more)
            .envs(report.toolbox.env(None))
            .env("INSTA_UPDATE", "no")
            .cwd(&ctx.root)
            .inherit(),
    )
}

/// How a step ends that is cargo's or a tool's: their codes are their own, and anything but 0 is a failure.
fn outcome_of(ctx: &Context, cmd: &Cmd) -> Result<Exit> {
    Ok(match run_to_end(ctx, cmd)? {
        exec::Exit::Code(0) => Exit::Done,
        exec::Exit::Cancelled => Exit::Interrupted,
        exec::Exit::Code(_) | exec::Exit::Signal(_) | exec::Exit::TimedOut => Exit::Failed,
    })
}

/// A step that is the book's program, which keeps to the same codes as this one.
fn book(ctx: &Context, what: &str) -> Result<Exit> {
    let program = Launcher::new()?.ready(launch::BOOK)?;
    let cmd = Cmd::new(program).arg(what).cwd(&ctx.root).inherit();
    Ok(match run_to_end(ctx, &cmd)? {
        exec::Exit::Code(code) => Exit::of_code(code),
        exec::Exit::Cancelled => Exit::Interrupted,
        exec::Exit::Signal(_) | exec::Exit::TimedOut => Exit::Failed,
    })
}

fn run_to_end(ctx: &Context, cmd: &Cmd) -> Result<exec::Exit> {
    let output = ctx
        .exec
        .run(cmd)
        .with_context(|| format!("failed to start {}", cmd.line()))?;
    Ok(output.exit)
}
