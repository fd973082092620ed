//! `setup`: installs the tools that are missing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use workbook::exit::Exit;

#[cfg(test)]
use crate::found::Toolchain;
use crate::machine::Machine;
use crate::plan::{self, Plan};
use crate::prober::Prober;
use crate::toolbox::{self, Toolbox};
use crate::tools::ToolId;
use crate::{Choice, Report, distro, ensure};
use workbook_run::{context::Context, terminal};

/// Installs the tools that the exercises need and this machine lacks
///
/// Cargo tools are compiled into .workbook/tools; system packages come through the platform's
/// package manager. An interrupted setup goes on where it was.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tell what would be installed, and how, and install nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Install those too that no exercise needs (`cargo xtask ci` needs cargo-deny)
    #[arg(long)]
    pub all: bool,
    /// Write the outcome as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub choice: Choice,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    /// `found`, `missing`, or (where this run changed it) `installed`.
    state: &'static str,
    version: Option<String>,
    path: Option<String>,
    /// Which copy is used: `system`, `private`, `workbook`, `toolchain`, `assembled` or `kernel`.
    copy: Option<&'static str>,
    /// How it would be installed, or why it can't be, or why it was not.
    note: Option<String>,
    fix: Option<String>,
}

#[derive(Debug, Serialize)]
struct Answer {
    schema: u32,
    dry_run: bool,
    tools: Vec<Row>,
}

/// Exits with 0 where every tool asked for is there, else with 3; a dry run always with 0.
///
/// # Errors
/// Where a manifest can't be read, the runner's folder can't be written, or Ctrl-C ended it.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let mut tools = toolbox::of_exercises(&ctx.catalog()?.exercises);
    if args.all {
        tools = toolbox::all();
    }
    if args.dry_run {
        return dry_run(ctx, args, &tools);
    }
    let report = ensure(ctx, &tools, args.choice)?;
    if args.json {
        print_json(false, rows(&report, &tools))?;
    } else {
        terminal::print(&text(&report))?;
        if report
            .toolbox
            .toolchain(ToolId::Thumbv7m)
            .or(report.toolbox.toolchain(ToolId::Wasm32))
            .is_some()
        {
            terminal::print(&by_hand(&Machine::here(&ctx.root)))?;
        }
    }
    let complete = report.toolbox.missing().next().is_none();
    Ok(if complete { Exit::Done } else { Exit::Blocked })
}

fn dry_run(ctx: &Context, args: &Args, tools: &BTreeSet<ToolId>) -> Result<Exit> {
    let machine = Machine::here(&ctx.root);
    let toolbox = Toolbox::probe(&machine, &*ctx.exec, args.choice.toolchain, tools);
    let prober = Prober::new(&machine, &*ctx.exec, args.choice.toolchain);
    let plan = plan::plan(&prober, toolbox.missing());
    if args.json {
        let report = Report::of_nothing(toolbox);
        let mut rows = rows(&report, tools);
        let how = plan.how.iter().map(|how| (how.id, how.told()));
        let beyond = plan.beyond.iter().map(|(id, why)| (*id, why.clone()));
        for (id, note) in how.chain(beyond) {
            if let Some(row) = rows.iter_mut().find(|row| row.name == id.tool().name) {
                row.note = Some(note);
            }
        }
        print_json(true, rows)?;
    } else {
        terminal::print(&planned(&plan))?;
    }
    Ok(Exit::Done)
}

fn planned(plan: &Plan) -> String {
    if plan.steps.is_empty() && plan.beyond.is_empty() {
        return "Every tool is there: setup would install nothing.\n".to_owned();
    }
    plan.text()
}

fn print_json(dry_run: bool, tools: Vec<Row>) -> Result<()> {
    terminal::print_json(&Answer {
        schema: 2,
        dry_run,
        tools,
    })?;
    Ok(())
}

fn rows(report: &Report, tools: &BTreeSet<ToolId>) -> Vec<Row> {
    let row = |id: &ToolId| {
        let found = report.toolbox.found(*id);
        let missing = report.toolbox.missing().find(|missing| missing.id == *id);
        let state = match (found, report.installed.contains(id)) {
            (Some(_), true) => "installed",
            (Some(_), false) => "found",
            (None, _) => "missing",
        };
        let reason = report
            .failed
            .get(id)
            .or(missing.map(|missing| &missing.reason));
        Row {
            name: id.tool().name,
            state,
            version: found
                .and_then(|found| found.version)
                .map(|version| version.to_string()),
            path: found.map(|found| found.path.display().to_string()),
            copy: found.map(|found| found.origin.name()),
            note: reason.cloned().filter(|_| found.is_none()),
            fix: missing.map(|missing| missing.fix.clone()),
        }
    };
    tools.iter().map(row).collect()
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    let installed: Vec<_> = report.installed.iter().map(|id| id.tool().name).collect();
    if !installed.is_empty() {
        let _ = writeln!(text, "Installed {}.", installed.join(", "));
    }
    for missing in report.toolbox.missing() {
        let reason = report.failed.get(&missing.id).unwrap_or(&missing.reason);
        let _ = writeln!(text, "{} is missing: {reason}", missing.id.tool().name);
        let _ = writeln!(text, "  to fix it: {}", missing.fix);
    }
    if report.toolbox.missing().next().is_none() {
        text.push_str("Every tool is there.\n");
    } else if report.installed.is_empty() && report.failed.is_empty() {
        text.push_str("Nothing was installed; `cargo xtask setup --yes` installs what it can.\n");
    }
    text
}

fn by_hand(machine: &Machine) -> String {
    let line = distro::plain_shell(machine);
    format!("To use the assembled toolchain in a shell of your own:\n  {line}\n")
}

/// What a dry run shows for `toolchain` on `machine`.
#[cfg(test)]
fn shown(prober: &Prober<'_>, toolchain: Toolchain) -> String {
    let toolbox = Toolbox::probe(prober.machine, prober.exec, toolchain, &toolbox::all());
    planned(&plan::plan(prober, toolbox.missing()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fake::Fake;

    fn dry(fake: &Fake, toolchain: Toolchain) -> String {
        let exec = fake.exec();
        let prober = Prober::new(&fake.machine, &exec, toolchain);
        fake.redact(&shown(&prober, toolchain))
    }

    #[test]
    fn plans_for_debian_by_its_own_compiler() {
        let fake = Fake::bare().program("apt-get").program("rustup");
        insta::assert_snapshot!(dry(&fake, Toolchain::Distro));
    }

    #[test]
    fn plans_the_whole_ladder_by_default() {
        let fake = Fake::bare()
            .program("dnf")
            .program("rustup")
            .program("node")
            .program("cargo-nextest");
        insta::assert_snapshot!(dry(&fake, Toolchain::Auto));
    }

    #[test]
    fn says_what_no_package_manager_can_bring() {
        insta::assert_snapshot!(dry(&Fake::bare(), Toolchain::Rustup));
    }
}
