//! `cargo xtask verify`: the main job.

use anyhow::{Result, bail};
use workbook::{
    catalog::Exercise, exit::Exit, judge::Outcome, plan::Side, report::Report, score,
    select::select,
};

use workbook_run::{
    check::{self, Options, RunLock},
    context::Context,
    progress::Progress,
    ui,
};
use workbook_tools::Choice;

/// What to verify.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Exercises: an id (memory/shared-cache), a chapter (memory), a glob, or a path; all if none
    pub patterns: Vec<String>,
    /// Check the reference solutions instead of your work
    #[arg(long)]
    pub solutions: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Run even what is unchanged since its last result
    #[arg(long)]
    pub fresh: bool,
    /// Show long messages in full
    #[arg(long, short)]
    pub verbose: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
}

/// Verifies and reports.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercises = select(&catalog, &args.patterns)?;
    let _lock = RunLock::acquire(ctx)?;
    let outcomes = outcomes(ctx, &exercises, args)?;
    if ctx.cancel.is_raised() {
        bail!(
            "stopped; what had finished by then is kept, and running it again goes on from there"
        );
    }
    let exit = score::exit(&outcomes, args.patterns.is_empty());
    let side = if args.solutions {
        Side::Solutions
    } else {
        Side::Learner
    };
    let report = Report::new(&side, exercises.into_iter().zip(outcomes).collect());
    ui::print(ctx, &report, args.json, args.verbose)?;
    Ok(exit)
}

fn outcomes(ctx: &Context, exercises: &[&Exercise], args: &Args) -> Result<Vec<Outcome>> {
    let options = Options {
        setup: &args.setup,
        fresh: args.fresh,
        named: !args.patterns.is_empty(),
    };
    let progress = ui::Progress::new(ctx.terminal, args.json);
    let on_event = |event| progress.on(&event);
    if args.solutions {
        return check::references(ctx, exercises, options, &on_event);
    }
    let outcomes = check::learner(ctx, exercises, options, &on_event)?;
    if !ctx.cancel.is_raised() {
        let mut progress = Progress::load(ctx)?;
        outcomes.iter().for_each(|outcome| progress.note(outcome));
        progress.save(ctx)?;
    }
    Ok(outcomes)
}
