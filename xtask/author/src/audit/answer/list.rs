//! Which traps and variants an exercise has, by `traps.toml` and `variants.toml`.

use std::{fs, io, path::PathBuf};

use anyhow::{Context as _, Result};
use workbook::{
    catalog::Exercise,
    traps::{
        self, Trap, TrapsError,
        variants::{self, Variant},
    },
};

use super::{Answer, Sort};
use workbook_run::context::Context;

/// What a file lists; the inner error is what is wrong in it. `None` if there is no such file.
pub type Listed<T> = Option<std::result::Result<Vec<T>, TrapsError>>;

/// The traps, in the file's order.
pub fn traps(ctx: &Context, exercise: &Exercise) -> Result<Listed<Trap>> {
    let (file, text) = text(ctx, exercise, Sort::Trap)?;
    Ok(text.map(|text| traps::parse(&text, &file)))
}

/// The variants, in the file's order.
pub fn variants(ctx: &Context, exercise: &Exercise) -> Result<Listed<Variant>> {
    let (file, text) = text(ctx, exercise, Sort::Variant)?;
    Ok(text.map(|text| variants::parse(&text, &file)))
}

/// All of them by sort and name.
///
/// # Errors
/// If one of the files is broken.
pub fn all(ctx: &Context, exercise: &Exercise) -> Result<Vec<(Sort, String)>> {
    let traps = traps(ctx, exercise)?.transpose()?.unwrap_or_default();
    let variants = variants(ctx, exercise)?.transpose()?.unwrap_or_default();
    let traps = traps.into_iter().map(|trap| (Sort::Trap, trap.slug));
    let variants = variants.into_iter().map(|one| (Sort::Variant, one.slug));
    Ok(traps.chain(variants).collect())
}

impl<'a> Answer<'a> {
    /// The answer of this name.
    pub fn new(exercise: &'a Exercise, sort: Sort, slug: &'a str) -> Self {
        Self {
            exercise,
            sort,
            slug,
        }
    }
}

fn text(ctx: &Context, exercise: &Exercise, sort: Sort) -> Result<(PathBuf, Option<String>)> {
    let file = exercise.solution_dir().join(sort.places().1);
    let text = match fs::read_to_string(ctx.root.join(&file)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| format!("failed to read {}", file.display()));
        }
    };
    Ok((file, text))
}
