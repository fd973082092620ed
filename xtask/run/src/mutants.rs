//! The mutants that lie in an exercise's folder.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use workbook::{
    catalog::Exercise,
    mutants::{self, FILE, FOLDER, Mutant, MutantsError},
};

use crate::{
    context::Context,
    files::{Overlay, package_files},
};

/// An exercise's mutants in the order of their file, each with the files that replace the given ones.
///
/// # Errors
/// If `mutants.toml` cannot be read; the inner error is what is wrong in it.
pub fn load(
    ctx: &Context,
    exercise: &Exercise,
) -> Result<Result<Vec<(Mutant, Overlay)>, MutantsError>> {
    let file = exercise.dir.join(FILE);
    let path = ctx.root.join(&file);
    let text =
        fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let mutants = match mutants::parse(&text, &file) {
        Ok(mutants) => mutants,
        Err(error) => return Ok(Err(error)),
    };
    let mut loaded = Vec::new();
    for mutant in mutants {
        let dir = ctx.root.join(folder(exercise, &mutant.slug));
        let files = if dir.is_dir() {
            package_files(&dir)?
        } else {
            Overlay::new()
        };
        loaded.push((mutant, files));
    }
    Ok(Ok(loaded))
}

/// Where a mutant's files lie, relative to the root.
pub fn folder(exercise: &Exercise, slug: &str) -> PathBuf {
    exercise.dir.join(FOLDER).join(slug)
}

/// The slugs of all folders under `mutants`, given the paths of the exercise's files.
pub fn folders<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> BTreeSet<String> {
    let inside = files
        .into_iter()
        .filter_map(|path| path.strip_prefix(FOLDER).ok());
    let first = |path: &Path| {
        path.components()
            .next()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
    };
    inside.filter_map(first).collect()
}
