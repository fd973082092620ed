//! The harness for the Cortex-M, tried on the board.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use workbook::exit::Exit;
use workbook_run::{context::Context, exec::Cmd, terminal};
use workbook_tools::{self as setup, Choice, tools::ToolId};

use super::steps::outcome_of;

/// The Cortex-M harness tests itself in QEMU: what should pass passes, and every way to fail fails.
pub fn board(ctx: &Context, choice: Choice) -> Result<Exit> {
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
