//! Traps and variants as they are kept under `solutions`: whole files, or patches against the reference.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use workbook::catalog::Exercise;

use super::patch::{self, Patch, PatchError};
use workbook_run::{
    context::Context,
    files::{Overlay, overlay_from},
    pristine::{blob_id, from_git},
    workspace::atomic::write_atomically,
};

pub mod edit;
pub mod list;
pub mod look;
pub mod record;

/// The trap that the page shows, and `bench` measures: it stays a whole file.
pub const NAIVE: &str = "naive";

/// Whether an answer is to be refused or accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A plausible wrong answer.
    Trap,
    /// A right answer of another shape.
    Variant,
}

impl Sort {
    /// What one is called in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Variant => "variant",
        }
    }

    /// The folder that holds a folder for each, and the file that lists them, relative to the exercise's solution.
    pub fn places(self) -> (&'static str, &'static str) {
        match self {
            Self::Trap => ("traps", "traps.toml"),
            Self::Variant => ("variants", "variants.toml"),
        }
    }
}

/// A trap or a variant of an exercise.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Trap or variant.
    pub sort: Sort,
    /// Its name, and that of its folder.
    pub slug: &'a str,
}

/// What there is of an answer.
#[derive(Debug)]
pub struct Kept {
    /// The files that could be made out.
    pub overlay: Overlay,
    /// Whether these are all.
    pub complete: bool,
    /// Files with both versions between conflict markers: the reference changed where the answer differs from it.
    pub collided: Overlay,
    /// What is wrong with how it is kept.
    pub flaws: Vec<Flaw>,
}

/// Something wrong with one file of an answer.
#[derive(Debug)]
pub struct Flaw {
    /// The file, relative to the root.
    pub file: PathBuf,
    /// What is wrong and what to do, in full sentences.
    pub message: String,
}

/// What a patch comes to.
enum Resolved {
    /// The file that was meant.
    Exact(Vec<u8>),
    /// The file that was meant, with the reference's later changes.
    Carried(Vec<u8>),
    /// Both changed the same lines.
    Collided(Vec<u8>),
    /// The version of the reference that it was made against is nowhere to be had.
    Lost,
}

impl Answer<'_> {
    /// Its folder, relative to the root.
    pub fn dir(&self) -> PathBuf {
        let (folder, _) = self.sort.places();
        self.exercise.solution_dir().join(folder).join(self.slug)
    }

    /// Reads it, with the reference that its patches are made against.
    ///
    /// # Errors
    /// If a file can't be read; whatever else is wrong is in [`Kept::flaws`].
    pub fn read(&self, ctx: &Context, reference: &Overlay) -> Result<Kept> {
        let dir = self.dir();
        let mut kept = Kept {
            overlay: overlay_from(&ctx.root.join(&dir), self.exercise)?,
            complete: true,
            collided: Overlay::new(),
            flaws: Vec::new(),
        };
        for path in &self.exercise.edit {
            let file = dir.join(patch_of(path));
            let text = match fs::read(ctx.root.join(&file)) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("failed to read {}", file.display()));
                }
            };
            let whole = kept.overlay.remove(path);
            let message = match self.resolve(ctx, reference.get(path), &text) {
                Ok(Resolved::Exact(bytes) | Resolved::Carried(bytes))
                    if whole.as_ref().is_some_and(|whole| *whole != bytes) =>
                {
                    format!(
                        "`{}` beside it is another version; remove the one that is not meant.",
                        path.display()
                    )
                }
                Ok(Resolved::Exact(bytes)) => {
                    kept.overlay.insert(path.clone(), bytes);
                    continue;
                }
                Ok(Resolved::Carried(bytes)) => {
                    kept.overlay.insert(path.clone(), bytes);
                    format!(
                        "this patch was made against another version of the reference, and goes with this one too; `cargo xtask trap record {}` brings it up to date.",
                        self.exercise.id
                    )
                }
                Ok(Resolved::Collided(marked)) => {
                    kept.collided.insert(path.clone(), marked);
                    format!(
                        "the reference has changed in the lines in which the {} `{}` differs from it; `cargo xtask trap edit {} {}` shows both versions, to choose from.",
                        self.sort.word(),
                        self.slug,
                        self.exercise.id,
                        self.slug
                    )
                }
                Ok(Resolved::Lost) => format!(
                    "this patch was made against a version of the reference that git does not have here, and does not fit this one; {}.",
                    self.remedy(path)
                ),
                Err(error) => format!("this patch {error}; {}.", self.remedy(path)),
            };
            kept.complete &= kept.overlay.contains_key(path);
            kept.flaws.push(Flaw { file, message });
        }
        Ok(kept)
    }

    fn remedy(&self, path: &Path) -> String {
        format!(
            "restore it by git, or put the whole `{}` in its place and run `cargo xtask trap record {}`",
            path.display(),
            self.exercise.id
        )
    }

    fn resolve(
        &self,
        ctx: &Context,
        reference: Option<&Vec<u8>>,
        text: &[u8],
    ) -> Result<Resolved, PatchError> {
        let patch = Patch::parse(text)?;
        let Some(reference) = reference else {
            return Ok(Resolved::Lost);
        };
        if blob_id(reference) == patch.base {
            return patch.apply(reference).map(Resolved::Exact);
        }
        let Some(old) = former_reference(ctx, patch.base) else {
            let found = patch.apply_anywhere(reference);
            return Ok(found.map_or(Resolved::Lost, Resolved::Carried));
        };
        let meant = patch.apply(&old)?;
        Ok(
            patch::carry(&old, reference, &meant)
                .map_or_else(Resolved::Collided, Resolved::Carried),
        )
    }
}

/// The name of the patch that stands for a file.
pub fn patch_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".patch");
    name.into()
}

/// The file of the reference that had this blob id: from git, or as [recorded](record) against.
fn former_reference(ctx: &Context, id: &str) -> Option<Vec<u8>> {
    let kept = fs::read(ctx.root.join(REFERENCES).join(id)).ok();
    kept.filter(|bytes| blob_id(bytes) == id)
        .or_else(|| from_git(ctx, id))
}

/// Where the reference's files lie that patches were made against, by blob id: git knows only what was committed.
const REFERENCES: &str = ".workbook/references";

/// Keeps a copy of what a patch was made against, for when it changes again before it was committed.
fn keep_reference(ctx: &Context, reference: &[u8]) -> Result<()> {
    let file = ctx.root.join(REFERENCES).join(blob_id(reference));
    if !file.exists() {
        let dir = ctx.state_dir()?.join("references");
        fs::create_dir_all(&dir).with_context(|| format!("failed to create {}", dir.display()))?;
        write_atomically(&file, reference)?;
    }
    Ok(())
}
