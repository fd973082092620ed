//! `doctor`: tells what of the tools is there, what is not, and what that blocks.

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use workbook::exit::Exit;

use crate::found::{Origin, Toolchain};
use crate::machine::Machine;
use crate::prober::Prober;
use crate::toolbox::{self, Toolbox};
use crate::tools::{TOOLS, ToolId};
use workbook_run::{context::Context, terminal};

/// Tells which tools are there, what is missing, what that blocks and how to fix it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write the answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// One tool's state.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    purpose: &'static str,
    found: bool,
    version: Option<String>,
    path: Option<String>,
    /// Which copy is used: `system`, `private`, `workbook`, `toolchain`, `assembled` or `kernel`.
    copy: Option<&'static str>,
    /// Why that copy.
    why: Option<String>,
    reason: Option<String>,
    fix: Option<String>,
    /// The exercises that need it.
    needed_by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Answer {
    schema: u32,
    tools: Vec<Row>,
}

/// Exits with 0 where every tool is there that an exercise needs, else with 3.
///
/// # Errors
/// Where an exercise's manifest can't be read.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let machine = Machine::here(&ctx.root);
    let prober = Prober::new(&machine, &*ctx.exec, Toolchain::Auto);
    let tools = Toolbox::of(&prober, &toolbox::all()).explained(&prober);
    let mut needed: Vec<(ToolId, String)> = Vec::new();
    for exercise in &ctx.catalog()?.exercises {
        needed.extend(
            toolbox::of_exercise(exercise)
                .into_iter()
                .map(|id| (id, exercise.id.to_string())),
        );
    }
    let rows = rows(&tools, &needed);
    let blocked = rows
        .iter()
        .any(|row| !row.found && !row.needed_by.is_empty());
    if args.json {
        terminal::print_json(&Answer {
            schema: 2,
            tools: rows,
        })?;
    } else {
        terminal::print(&text(&rows))?;
    }
    Ok(if blocked { Exit::Blocked } else { Exit::Done })
}

fn rows(tools: &Toolbox, needed: &[(ToolId, String)]) -> Vec<Row> {
    TOOLS
        .iter()
        .map(|tool| {
            let found = tools.found(tool.id);
            let missing = tools.missing().find(|missing| missing.id == tool.id);
            Row {
                name: tool.name,
                purpose: tool.purpose,
                found: found.is_some(),
                version: found
                    .and_then(|found| found.version)
                    .map(|version| version.to_string()),
                path: found.map(|found| found.path.display().to_string()),
                copy: found.map(|found| found.origin.name()),
                why: found.map(|found| found.origin.why()),
                reason: missing.map(|missing| missing.reason.clone()),
                fix: missing.map(|missing| missing.fix.clone()),
                needed_by: needed
                    .iter()
                    .filter(|(id, _)| *id == tool.id)
                    .map(|(_, id)| id.clone())
                    .collect(),
            }
        })
        .collect()
}

fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let state = match (row.found, &row.version) {
            (true, Some(version)) => version,
            (true, None) => "there",
            (false, _) => "missing",
        };
        let detail = row
            .path
            .as_ref()
            .or(row.reason.as_ref())
            .map_or("", String::as_str);
        let copy = row.copy.unwrap_or_default();
        let _ = writeln!(text, "{:<23} {state:<11} {copy:<10} {detail}", row.name);
        if row.found {
            let (private, assembled) = (Origin::Private(String::new()), Origin::Assembled);
            if [private.name(), assembled.name()].contains(&copy) {
                let _ = writeln!(
                    text,
                    "{:<46} {}",
                    "",
                    row.why.as_deref().unwrap_or_default()
                );
            }
            continue;
        }
        let blocks = match row.needed_by.as_slice() {
            [] => "blocks no exercise".to_owned(),
            ids => format!("blocks {}", ids.join(", ")),
        };
        let _ = writeln!(text, "{:<46} it {}", "", row.purpose);
        let _ = writeln!(text, "{:<46} {blocks}", "");
        let _ = writeln!(
            text,
            "{:<46} to fix it: {}",
            "",
            row.fix.as_deref().unwrap_or_default()
        );
    }
    let blocked = rows
        .iter()
        .filter(|row| !row.found && !row.needed_by.is_empty())
        .count();
    match blocked {
        0 => text.push_str("\nEvery tool that an exercise needs is there.\n"),
        _ => text.push_str("\n`cargo xtask setup` installs what it can of what is missing.\n"),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fake::Fake;

    #[test]
    fn tells_what_is_there_and_what_its_lack_blocks() {
        let fake = Fake::bare().program("cargo-nextest").program("valgrind");
        let tools = Toolbox::probe(
            &fake.machine,
            &fake.exec(),
            Toolchain::Auto,
            &toolbox::all(),
        );
        let needed = vec![
            (ToolId::Nextest, "memory/shared-cache".to_owned()),
            (ToolId::QemuArm, "embedded/blink".to_owned()),
            (ToolId::Thumbv7m, "embedded/blink".to_owned()),
        ];
        insta::assert_snapshot!(fake.redact(&text(&rows(&tools, &needed))));
    }
}
