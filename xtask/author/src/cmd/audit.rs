//! `cargo xtask audit`: the author's gate.

use anyhow::{Result, bail};
use workbook::{exit::Exit, select::select, shard::Shard};

use crate::{
    audit::{self, Wishes, report},
    ci::share::share,
};
use workbook_run::{check::RunLock, context::Context, terminal, ui};
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
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
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
        setup: args.setup,
    };
    let findings = audit::run(ctx, &catalog, &exercises, wishes, &progress);
    drop(progress);
    let findings = match findings {
        Ok(findings) if !ctx.cancel.is_raised() => findings,
        Err(error) if !ctx.cancel.is_raised() => return Err(error),
        _ => bail!(
            "stopped; what had finished by then is kept, and running it again goes on from there"
        ),
    };
    if args.json {
        terminal::print_json(&report::json(&findings))?;
    } else {
        terminal::print(&report::terminal(&findings))?;
    }
    Ok(report::exit(&findings))
}
