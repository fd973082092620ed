//! `cargo xtask bench`: criterion for people, with the learner beside the reference and the naive
//! version. `--runner` measures the runner itself.

use anyhow::Result;
use workbook::{catalog::Exercise, exit::Exit, select::select};
use workbook_run::{check::RunLock, context::Context, start::Usage, terminal};

use crate::bench::{every, runner, sides};

/// What to measure.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Exercises: an id, a chapter, a glob, or a path; all that have benchmarks if none
    pub patterns: Vec<String>,
    /// Leave your own code out: only the reference and the naive version
    #[arg(long)]
    pub solutions: bool,
    /// Measure the runner itself: from a save to a verdict, an unchanged verify, a boot of QEMU
    #[arg(long, conflicts_with = "solutions")]
    pub runner: bool,
    /// With --runner: from a save to a verdict for every plain host exercise (or those named)
    #[arg(long, requires = "runner")]
    pub all: bool,
    /// With --runner: saves of each kind that a median is taken of
    #[arg(long, requires = "runner", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub saves: Option<u32>,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
}

/// Measures and prints a table.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    if args.runner && !args.all && !args.patterns.is_empty() {
        return Err(Usage(
            "`bench --runner` measures one exercise of its own choice; add --all to name some"
                .to_owned(),
        )
        .into());
    }
    let catalog = ctx.catalog()?;
    let chosen = select(&catalog, &args.patterns)?;
    match (args.runner, args.all) {
        (true, true) => {
            let table = every::measure(ctx, &chosen, args.saves.unwrap_or(5), args.json)?;
            print(args.json, &table, every::text)
        }
        (true, false) => {
            let figures = runner::measure(ctx, args.saves.unwrap_or(20), args.json)?;
            print(args.json, &figures, runner::text)
        }
        _ => {
            let with_benches: Vec<&Exercise> =
                chosen.into_iter().filter(|one| one.benches).collect();
            if with_benches.is_empty() {
                return Err(Usage(
                    "none of these exercises has benchmarks; `cargo xtask list --json` says which have"
                        .to_owned(),
                )
                .into());
            }
            let _lock = RunLock::acquire(ctx)?;
            let mut rows = Vec::new();
            for exercise in with_benches {
                rows.extend(sides::measure(ctx, exercise, args.solutions)?);
            }
            print(args.json, &rows, |rows| sides::table(rows))
        }
    }
}

fn print<T: serde::Serialize>(
    json: bool,
    figures: &T,
    text: impl Fn(&T) -> String,
) -> Result<Exit> {
    if json {
        terminal::print_json(figures)?;
    } else {
        terminal::print(&text(figures))?;
    }
    Ok(Exit::Done)
}
