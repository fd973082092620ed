//! Installs what a machine lacks, or tells how to.
//!
//! [`tools`] is the one table. A look-up ([`toolbox::Toolbox::probe`]) is cheap enough for the start of every
//! command; [`ensure`] plans what is missing, asks, installs it step by step, and checks again. What
//! can't be installed is no error: it is reported with its reason and blocks the exercises that need it.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use found::Toolchain;
use install::Failures;
use machine::Machine;
use plan::Plan;
use prober::Prober;
use progress::Progress;
use runner::{Failure, Runner};
use toolbox::Toolbox;
use tools::ToolId;
use workbook_run::{context::Context, terminal, workspace::lock::Lock};

pub mod cache;
pub mod distro;
pub mod doctor;
mod ending;
pub mod fix;
pub mod found;
pub mod install;
mod installed;
pub mod installer;
pub mod kernel;
pub mod machine;
pub mod packages;
pub mod pinned;
pub mod plan;
pub mod private;
pub mod probe;
pub mod prober;
pub mod progress;
pub mod recipes;
pub mod rung;
pub mod runner;
pub mod rustup;
pub mod setup;
#[cfg(test)]
pub(crate) mod tests;
pub mod toolbox;
pub mod tools;
pub mod version;

/// What a person chose.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Choice {
    /// Install missing tools without asking (as when `CI` is set)
    #[arg(long)]
    pub yes: bool,
    /// Where the compiler for WebAssembly and Cortex-M comes from
    #[arg(long, value_enum, default_value_t, value_name = "SOURCE")]
    pub toolchain: Toolchain,
}

/// What setup found, did and didn't.
#[derive(Debug)]
pub struct Report {
    /// The tools, after all was done.
    pub toolbox: Toolbox,
    /// Those that were missing before and are there now.
    pub installed: Vec<ToolId>,
    /// Those that were to be installed, with the reason why they were not.
    pub failed: Failures,
}

impl Report {
    /// The machine as it was: nothing was to be installed, or nobody agreed to it.
    fn of_nothing(toolbox: Toolbox) -> Self {
        Self {
            toolbox,
            installed: Vec::new(),
            failed: Failures::new(),
        }
    }
}

/// Looks `tools` up, and installs those that are missing if `choice`, the variable `CI` or the person
/// at the terminal says so.
///
/// # Errors
/// Where the runner's own folder can't be written, or Ctrl-C ended it. A tool that could not be
/// installed is told by the report.
pub fn ensure(ctx: &Context, tools: &BTreeSet<ToolId>, choice: Choice) -> Result<Report> {
    let machine = Machine::here(&ctx.root);
    let before = Toolbox::probe(&machine, &*ctx.exec, choice.toolchain, tools);
    if before.missing().next().is_none() && !installer::interrupted(&machine) {
        return Ok(Report::of_nothing(before));
    }
    // What nobody can agree to needs no plan, which takes seconds where apt is asked.
    if !is_agreed(&machine, choice) && !ctx.terminal.interactive {
        return Ok(Report::of_nothing(before));
    }
    // Setup has lines of its own.
    terminal::suspend(|| install_missing(ctx, &machine, tools, choice, before))
}

fn install_missing(
    ctx: &Context,
    machine: &Machine,
    tools: &BTreeSet<ToolId>,
    choice: Choice,
    before: Toolbox,
) -> Result<Report> {
    let check = || Toolbox::probe(machine, &*ctx.exec, choice.toolchain, tools);
    let prober = Prober::new(machine, &*ctx.exec, choice.toolchain);
    let plan = plan::plan(&prober, before.missing());
    if plan.steps.is_empty() || !agreed(ctx, machine, choice, &plan)? {
        return Ok(Report::of_nothing(before));
    }
    let progress = Arc::new(Progress::new(ctx.terminal.progress, ctx.terminal.width));
    let _lock = lock(ctx, &progress)?;
    // Whoever held the lock may have installed some of it.
    let plan = plan::plan(&prober, check().missing());
    let runner = Runner {
        prober: &prober,
        progress,
    };
    let failed = match install::install(&runner, &plan.steps) {
        Ok(failed) => failed,
        Err(Failure::Cancelled) => bail!("interrupted; the same command goes on from where it was"),
        Err(Failure::Reason(why)) => bail!(why),
    };
    if failed.is_empty() {
        install::tidy(&prober);
    }
    let mut toolbox = check();
    if !failed.is_empty() {
        toolbox = toolbox.explained(&prober);
    }
    let installed = before
        .missing()
        .map(|missing| missing.id)
        .filter(|id| toolbox.found(*id).is_some());
    Ok(Report {
        installed: installed.collect(),
        toolbox,
        failed,
    })
}

/// The environment of any build for the host, with the machine as it is now.
pub fn build_env(ctx: &Context) -> Vec<(OsString, OsString)> {
    let machine = Machine::here(&ctx.root);
    let linked = BTreeSet::from([ToolId::Gtk]);
    Toolbox::probe(&machine, &*ctx.exec, Toolchain::Auto, &linked).env(None)
}

/// Whether tools may be installed: said on the command line, by `CI`, or by the person asked.
fn agreed(ctx: &Context, machine: &Machine, choice: Choice, plan: &Plan) -> Result<bool> {
    if is_agreed(machine, choice) {
        return Ok(true);
    }
    let question = format!(
        "Some of the workbook's tools are missing.\n{}Go ahead? [Y/n] ",
        plan.text()
    );
    let answer = terminal::ask(&question, || ctx.cancel.is_raised())
        .context("failed to read your answer")?;
    if ctx.cancel.is_raised() {
        bail!("interrupted");
    }
    // The end of input is no consent.
    Ok(answer
        .is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")))
}

/// Whether nobody needs to be asked.
fn is_agreed(machine: &Machine, choice: Choice) -> bool {
    let ci = machine.var("CI");
    choice.yes || ci.is_some_and(|value| value != "false" && value != "0")
}

/// Keeps a second setup in the same workspace waiting.
fn lock(ctx: &Context, progress: &Progress) -> Result<Lock> {
    let path = ctx.state_dir()?.join("setup.lock");
    Lock::acquire(&path, &ctx.cancel, || {
        progress.say("another setup is at work in this folder; waiting for it");
    })
}
