//! `cargo xtask reset`: the stub back, with a copy of the learner's work kept.

use std::{fs, path::PathBuf, time::SystemTime};

use anyhow::{Context as _, Result};
use workbook::{catalog::Exercise, exit::Exit, select::one};
use workbook_run::{
    check::RunLock, context::Context, files::package_files, pristine::Pristine, terminal,
    workspace::atomic::write_atomically,
};

/// Which exercise.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The exercise
    pub id: String,
    /// Put back the tests and all else, but leave the files that you edit as they are
    #[arg(long)]
    pub tests: bool,
}

/// Resets.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    let exercise = one(&catalog, &args.id)?;
    let pristine = Pristine::load(ctx)?;
    let _lock = RunLock::acquire(ctx)?;
    let mut originals = Vec::new();
    for path in pristine.files_of(exercise) {
        let inside = path.strip_prefix(&exercise.dir).unwrap_or(path);
        let editable = exercise.edit.iter().any(|edit| edit == inside);
        if !(editable && args.tests) {
            // All originals are in hand before the first file is touched.
            originals.push((path.to_owned(), pristine.bytes(ctx, path)?));
        }
    }
    let changed: Vec<_> = originals
        .into_iter()
        .filter(|(path, bytes)| fs::read(ctx.root.join(path)).map_or(true, |now| now != *bytes))
        .collect();
    if changed.is_empty() {
        terminal::print(&format!(
            "{} is as it was published; nothing to reset.\n",
            exercise.id
        ))?;
        return Ok(Exit::Done);
    }
    let kept = keep(ctx, exercise)?;
    for (path, bytes) in &changed {
        write_atomically(&ctx.root.join(path), bytes)?;
    }
    let files: String = changed
        .iter()
        .map(|(path, _)| format!("  {}\n", path.display()))
        .collect();
    let kept = kept
        .strip_prefix(&ctx.root)
        .unwrap_or(&kept)
        .display()
        .to_string();
    terminal::print(&format!(
        "Reset {}:\n{files}What was there is kept in {kept}\n",
        exercise.id
    ))?;
    Ok(Exit::Done)
}

/// Copies the exercise as it is now to a folder that no later reset writes to.
fn keep(ctx: &Context, exercise: &Exercise) -> Result<PathBuf> {
    // No colons: some file systems refuse them.
    let now = humantime::format_rfc3339_seconds(SystemTime::now())
        .to_string()
        .replace(':', "-");
    let base = ctx.state_dir()?.join("kept").join(&exercise.package);
    let folder = (0..).map(|at| {
        base.join(format!(
            "{now}{}",
            if at == 0 {
                String::new()
            } else {
                format!("-{at}")
            }
        ))
    });
    let folder = folder
        .into_iter()
        .find(|folder| !folder.exists())
        .unwrap_or(base);
    for (path, bytes) in package_files(&ctx.root.join(&exercise.dir))? {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&folder))
            .with_context(|| format!("failed to create {}", folder.display()))?;
        write_atomically(&file, &bytes)?;
    }
    Ok(folder)
}
