//! `cargo xtask hint`: one more hint at each call.

use std::fs;

use anyhow::{Context as _, Result, bail};
use workbook::{exit::Exit, hints};
use workbook_run::{context::Context, progress::Progress, terminal};

/// For which exercise.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The exercise; without it, the first one that has not passed
    pub id: Option<String>,
}

/// Shows the hints seen so far, and one more.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let mut progress = Progress::load(ctx)?;
    let Some(exercise) = progress.chosen(&catalog, args.id.as_deref())? else {
        terminal::print("Every exercise has passed: there is nothing to hint at.\n")?;
        return Ok(Exit::Done);
    };
    let file = ctx.root.join(&exercise.dir).join("hints.md");
    let text =
        fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
    let hints = hints::split(&text);
    if hints.is_empty() {
        bail!(
            "{} holds no hint; each begins with a line `## …`",
            file.display()
        );
    }
    let shown = progress.count_hint(&exercise.id, hints.len());
    let mut out = format!("{} — {}\n", exercise.id, exercise.title);
    for (at, (heading, body)) in hints.iter().take(shown).enumerate() {
        out.push_str(&format!(
            "\nHint {} of {}: {heading}\n\n{body}\n",
            at + 1,
            hints.len()
        ));
    }
    if shown == hints.len() {
        out.push_str(&format!(
            "\nThat was the last hint. `cargo xtask solution {} --give-up` shows the reference.\n",
            exercise.id
        ));
    } else {
        out.push_str("\nStill stuck? Run the same command again for the next hint.\n");
    }
    terminal::print(&out)?;
    // Last, so that the hint is shown even where it cannot be counted.
    progress.save(ctx)?;
    Ok(Exit::Done)
}
