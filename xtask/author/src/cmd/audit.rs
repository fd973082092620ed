//! `cargo xtask audit`: the author's gate.

use std::sync::Arc;

use anyhow::{Result, bail};
use workbook::{
    catalog::{Catalog, Exercise},
    exit::Exit,
    select::select,
    shard::Shard,
};

use crate::{
    audit::{self, Wishes, report},
    ci::share::share,
    timings::{self, Meter},
};
use workbook_run::{check::RunLock, context::Context, exec::Real, terminal, ui};
use workbook_tools::Choice;

/// What to audit.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Exercises: an id (memory/shared-cache), a chapter (memory), a glob, or a path; all if none
    pub patterns: Vec<String>,
    /// Rewrite what is derived: exercises.lock and the traps' recorded messages
    #[arg(long)]
    pub bless: bool,
    /// Audit one of several machines' shares
    #[arg(long, value_name = "I/N", conflicts_with = "bless")]
    pub shard: Option<Shard>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Run even what is unchanged since its last result
    #[arg(long)]
    pub fresh: bool,
    /// Run everything so often, with the other processors busy, and tell what does not come out the same each time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub repeat: u16,
    /// Run everything, exercise by exercise, and print where the processor time goes
    #[arg(long, conflicts_with_all = ["bless", "json", "repeat"])]
    pub timings: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
    /// Say the report on standard error: standard output is for the report of `ci`, which this is a step of.
    #[arg(skip)]
    pub is_step: bool,
}

/// Audits and reports.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let exercises = share(ctx, shard, select(&catalog, &args.patterns)?);
    let _lock = RunLock::acquire(ctx)?;
    let progress = ui::Progress::new(ctx.terminal, args.json);
    let wishes = Wishes {
        everything: args.patterns.is_empty() && shard.is_first(),
        bless: args.bless,
        fresh: args.fresh,
        repeat: args.repeat.into(),
        setup: args.setup,
    };
    if args.timings {
        return timings(ctx, &catalog, &exercises, wishes, &progress);
    }
    let findings = audit::run(ctx, &catalog, &exercises, wishes, &progress);
    drop(progress);
    let findings = match findings {
        Ok(findings) if !ctx.cancel.is_raised() => findings,
        Err(error) if !ctx.cancel.is_raised() => return Err(error),
        _ => bail!(
            "stopped; what had finished by then is kept, and running it again goes on from there"
        ),
    };
    if args.is_step {
        terminal::note(report::terminal(&findings).trim_end());
    } else if args.json {
        terminal::print_json(&report::json(&findings))?;
    } else {
        terminal::print(&report::terminal(&findings))?;
    }
    Ok(report::exit(&findings))
}

/// Audits once, so that whatever exercises lean on is built, then again under a meter.
fn timings(
    ctx: &Context,
    catalog: &Catalog,
    exercises: &[&Exercise],
    wishes: Wishes,
    progress: &ui::Progress,
) -> Result<Exit> {
    audit::run(ctx, catalog, exercises, wishes, progress)?;
    let times = Arc::default();
    let real = Real {
        cancel: ctx.cancel.clone(),
        isolation: ctx.isolation.clone(),
    };
    let notes = ctx.scratch_dir()?.join("timings");
    let metered = Context {
        root: ctx.root.clone(),
        exec: Box::new(Meter::new(real, ctx.exe.clone(), notes, Arc::clone(&times))),
        exe: ctx.exe.clone(),
        isolation: ctx.isolation.clone(),
        cancel: ctx.cancel.clone(),
        terminal: ctx.terminal,
        postgres: Arc::clone(&ctx.postgres),
    };
    let wishes = Wishes {
        fresh: true,
        everything: false,
        ..wishes
    };
    let (mut rows, mut exit) = (Vec::new(), Exit::Done);
    for exercise in exercises {
        timings::take(&times);
        let findings = audit::run(&metered, catalog, &[exercise], wishes, progress)?;
        let answers = findings
            .lines
            .iter()
            .map(|line| line.traps + line.variants)
            .sum();
        rows.push((exercise.id.to_string(), answers, timings::take(&times)));
        // A run that broke off took less time than it should have.
        if report::exit(&findings) != Exit::Done {
            terminal::print(&report::terminal(&findings))?;
            exit = exit.and(report::exit(&findings));
        }
    }
    terminal::print(&timings::table(&rows))?;
    Ok(exit)
}
