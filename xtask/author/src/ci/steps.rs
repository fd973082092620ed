//! What the steps of CI do, apart from those that are commands of their own.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use launch::Launcher;
use workbook::{
    exit::Exit,
    plan::Side,
    report::{Format as _, Report},
    score,
    shard::Shard,
};
use workbook_run::{
    check::{self, Options, RunLock},
    context::Context,
    exec::{self, Cmd},
    terminal, ui,
};
use workbook_tools::{self as setup, Choice, toolbox, tools::ToolId};

use super::share::share;

/// Brings all tools that an exercise needs, and CI's own.
pub fn setup_all(ctx: &Context, choice: Choice) -> Result<Exit> {
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

/// Checks the reference solutions of this share of the exercises, none from memory.
pub fn references(ctx: &Context, choice: Choice, shard: Shard) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercises = share(ctx, shard, catalog.exercises.iter().collect());
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
    // Standard output is for the report of all steps.
    terminal::note(ui::report(ctx, false).render(&report).trim_end());
    Ok(exit)
}

/// Set-up where something is missing, in layers over this machine. A machine that can't have such layers blocks it.
pub fn fresh(ctx: &Context) -> Result<Exit> {
    let try_out = "command -v apt-get dpkg-deb setpriv chroot >/dev/null \
        && { test \"$(id -u)\" = 0 || sudo -n true; } && grep -qw overlay /proc/filesystems";
    let can = Cmd::new("sh").args(["-c", try_out]);
    let output = ctx.exec.run(&can).context("failed to start sh")?;
    if output.exit != exec::Exit::Code(0) {
        terminal::note(
            "not run: it needs apt, root (or sudo without a password) and overlay mounts, which this machine lacks",
        );
        return Ok(Exit::Blocked);
    }
    cargo(
        ctx,
        &["nextest", "run", "--profile=fresh", "--run-ignored=only"],
        &["-p", "xtask", "--test", "fresh"],
    )
}

/// What CI runs besides the exercises' own tools.
pub fn own_tools() -> BTreeSet<ToolId> {
    BTreeSet::from([ToolId::Nextest, ToolId::CargoDeny])
}

/// Licences, sources and duplicates, from `deny.toml`. Advisories need a database from the network.
pub fn deny(ctx: &Context) -> Result<Exit> {
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

/// Whether everything is formatted. What rustfmt says is passed on: by itself, it takes a reader that is gone for agreement.
pub fn format(ctx: &Context) -> Result<Exit> {
    let cmd = Cmd::new("cargo")
        .args(["fmt", "--all", "--check"])
        .cwd(&ctx.root);
    let output = ctx.exec.run(&cmd).context("failed to start cargo fmt")?;
    if output.success() {
        return Ok(Exit::Done);
    }
    terminal::note(&format!("{}{}", output.stdout(), output.stderr()));
    Ok(match output.exit {
        exec::Exit::Cancelled => Exit::Interrupted,
        _ => Exit::Failed,
    })
}

pub fn cargo(ctx: &Context, first: &[&str], more: &[&str]) -> Result<Exit> {
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
pub fn outcome_of(ctx: &Context, cmd: &Cmd) -> Result<Exit> {
    Ok(match run_to_end(ctx, cmd)? {
        exec::Exit::Code(0) => Exit::Done,
        exec::Exit::Cancelled => Exit::Interrupted,
        exec::Exit::Code(_) | exec::Exit::Signal(_) | exec::Exit::TimedOut => Exit::Failed,
    })
}

/// A step that is the book's program, which keeps to the same codes as this one.
pub fn book(ctx: &Context, what: &str) -> Result<Exit> {
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
