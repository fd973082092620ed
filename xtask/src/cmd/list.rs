//! `cargo xtask list`: the exercises and how far the learner is.

use anyhow::Result;
use workbook::{
    catalog::Exercise,
    exit::Exit,
    report::{
        Format as _, Json,
        list::{ListRow, Listing},
    },
    select::select,
};

use workbook_run::{context::Context, pristine::Pristine, progress::Progress, terminal, ui};

/// What to list.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Exercises: an id, a chapter, a glob, or a path; all if none
    pub patterns: Vec<String>,
    /// Print every field of the manifests and each state as JSON
    #[arg(long)]
    pub json: bool,
}

/// Lists.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercises = select(&catalog, &args.patterns)?;
    let progress = Progress::load(ctx)?;
    let pristine = Pristine::load(ctx)?;
    let rows: Vec<_> = exercises
        .into_iter()
        .map(|exercise| {
            ListRow::new(
                exercise,
                state(ctx, &pristine, &progress, exercise),
                progress.has_passed(&exercise.id),
            )
        })
        .collect();
    let listing = Listing::new(rows);
    let text = if args.json {
        Json.render(&listing)
    } else {
        ui::report(ctx, false).render(&listing)
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}

/// The verdict of the last check; `pending` while the stub is untouched, `changed` before the
/// first check.
fn state(ctx: &Context, pristine: &Pristine, progress: &Progress, exercise: &Exercise) -> String {
    if pristine.is_untouched(&ctx.root, exercise) {
        return "pending".to_owned();
    }
    progress
        .get(&exercise.id)
        .last
        .map_or("changed", workbook::outcome::Verdict::name)
        .to_owned()
}
