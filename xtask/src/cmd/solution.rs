//! `cargo xtask solution`: the reference, after a pass or on giving up.

use std::fs;

use anyhow::{Context as _, Result};
use workbook::{exit::Exit, select::one};
use workbook_run::{context::Context, progress::Progress, terminal};

/// Which exercise.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The exercise
    pub id: String,
    /// Show it even though you have not passed
    #[arg(long)]
    pub give_up: bool,
}

/// Shows the reference.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercise = one(&catalog, &args.id)?;
    if !args.give_up && !Progress::load(ctx)?.has_passed(&exercise.id) {
        terminal::note(&format!(
            "You have not passed {id} yet. `cargo xtask hint {id}` helps on; \
             `cargo xtask solution {id} --give-up` shows the solution all the same.",
            id = exercise.id
        ));
        return Ok(Exit::Failed);
    }
    let dir = exercise.solution_dir();
    let mut text = String::new();
    for path in exercise
        .edit
        .iter()
        .map(|path| dir.join(path))
        .chain([dir.join("NOTES.md")])
    {
        let file = ctx.root.join(&path);
        let body = fs::read_to_string(&file)
            .with_context(|| format!("failed to read {}", file.display()))?;
        text.push_str(&format!(
            "── {} ──\n\n{}\n",
            path.display(),
            body.trim_end()
        ));
        text.push('\n');
    }
    text.push_str(&format!(
        "To see it run: cargo xtask verify --solutions {}\n",
        exercise.id
    ));
    terminal::print(&text)?;
    Ok(Exit::Done)
}
