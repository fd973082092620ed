//! A trap or a variant laid out as a package of its own, for an editor that understands Rust.
//!
//! It lies under `.workbook/edit`, which no `cargo clean` removes, in a workspace of its own. Like a stage's, its
//! path in there is its own, so that it can share the target folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::{Answer, former_reference, keep_reference, patch_of};
use crate::audit::{patch, text};
use workbook_run::{
    context::Context,
    files::{Overlay, package_files, write_if_changed},
    pristine::blob_id,
    stage::{copy_lock, manifest},
    workspace::atomic::write_atomically,
};

/// An answer that is being edited.
pub struct Edit {
    /// The folder of the workspace, relative to the root.
    dir: PathBuf,
    /// The package's folder in it.
    inside: String,
    laid: Laid,
}

/// What things were when it was laid out; blob ids by path.
#[derive(Serialize, Deserialize)]
struct Laid {
    /// The package's files, relative to its folder.
    files: BTreeMap<PathBuf, String>,
    /// The reference's files.
    reference: BTreeMap<PathBuf, String>,
    /// The answer's files as they are kept, whole or as patches.
    kept: BTreeMap<PathBuf, String>,
}

/// What has become of an edit.
pub enum Taken {
    /// The answer is to have these files.
    Edited(Overlay),
    /// Nothing was edited.
    Unchanged,
    /// It can't be taken in: why, and what to do, in full sentences.
    Refused(String),
}

const NOTE: &str = "laid-out.json";

impl Edit {
    /// The edit of this answer that is under way, if one is.
    pub fn find(ctx: &Context, answer: &Answer<'_>) -> Result<Option<Self>> {
        let (dir, inside) = places(answer);
        let note = ctx.root.join(&dir).join(NOTE);
        let Ok(bytes) = fs::read(&note) else {
            return Ok(None);
        };
        let laid = serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "failed to read {}; save what you edited beside it, and remove the folder",
                note.display()
            )
        })?;
        Ok(Some(Self { dir, inside, laid }))
    }

    /// Lays an answer out. One that has no files yet begins as the reference; where the reference's changes collide with
    /// the answer's, both are between conflict markers.
    pub fn begin(ctx: &Context, answer: &Answer<'_>, reference: &Overlay) -> Result<Self> {
        let exercise = answer.exercise;
        let (dir, inside) = places(answer);
        let kept = answer.read(ctx, reference)?;
        let mut overlay = kept.overlay;
        overlay.extend(kept.collided);
        let unreadable = kept.flaws.iter().find(|flaw| {
            exercise
                .edit
                .iter()
                .any(|path| flaw.file.ends_with(patch_of(path)) && !overlay.contains_key(path))
        });
        if let Some(flaw) = unreadable {
            bail!("{}: {}", flaw.file.display(), flaw.message);
        }
        if overlay.is_empty() {
            overlay = reference.clone();
        }
        let mut files = package_files(&ctx.root.join(&exercise.dir))?;
        files.extend(overlay);
        let edit = Self {
            laid: Laid {
                files: ids(&files),
                reference: ids(reference),
                kept: ids(&raw(ctx, answer)?),
            },
            dir,
            inside,
        };
        for bytes in reference.values() {
            keep_reference(ctx, bytes)?;
        }
        let root = ctx.root.join(&edit.dir);
        for (path, bytes) in &files {
            write_if_changed(&root.join(&edit.inside).join(path), bytes)?;
        }
        let workspace = manifest(ctx, [edit.inside.clone()])?;
        write_if_changed(&root.join("Cargo.toml"), workspace.as_bytes())?;
        copy_lock(ctx, &root, &edit.inside)?;
        let target = ctx.root.join("target");
        let config = toml_edit::value(target.to_string_lossy().into_owned());
        write_if_changed(
            &root.join(".cargo/config.toml"),
            format!("[build]\ntarget-dir = {}\n", config.to_string().trim()).as_bytes(),
        )?;
        // Last: without it, nothing is being edited.
        write_atomically(&root.join(NOTE), &serde_json::to_vec(&edit.laid)?)?;
        Ok(edit)
    }

    /// The package's folder, relative to the root.
    pub fn package(&self) -> PathBuf {
        self.dir.join(&self.inside)
    }

    /// Whether a file of the package is not as it was laid out.
    pub fn is_changed(&self, ctx: &Context) -> Result<bool> {
        Ok(ids(&package_files(&ctx.root.join(self.package()))?) != self.laid.files)
    }

    /// What was edited, with the reference's changes of the meantime.
    pub fn take_in(
        &self,
        ctx: &Context,
        answer: &Answer<'_>,
        reference: &Overlay,
    ) -> Result<Taken> {
        let files = package_files(&ctx.root.join(self.package()))?;
        let now = ids(&files);
        if now == self.laid.files {
            return Ok(Taken::Unchanged);
        }
        let editable = |path: &PathBuf| answer.exercise.edit.contains(path);
        let differs = |path: &&PathBuf| now.get(*path) != self.laid.files.get(*path);
        let mut all = now.keys().chain(self.laid.files.keys());
        let gone = |path: &PathBuf| !now.contains_key(path);
        if let Some(other) = all.find(|path| differs(path) && (!editable(path) || gone(path))) {
            return Ok(Taken::Refused(format!(
                "`{}` was changed or removed here, and only {} can be; make the change in {} if it is meant, and undo it here.",
                other.display(),
                text::all(
                    &answer
                        .exercise
                        .edit
                        .iter()
                        .filter_map(|path| path.to_str())
                        .collect::<Vec<_>>()
                ),
                answer.exercise.dir.display()
            )));
        }
        if ids(&raw(ctx, answer)?) != self.laid.kept {
            return Ok(Taken::Refused(format!(
                "the {} `{}` was edited here and in {} as well; take over by hand what you want to keep, then remove {}.",
                answer.sort.word(),
                answer.slug,
                answer.dir().display(),
                self.dir.display()
            )));
        }
        let mut overlay = Overlay::new();
        for (path, bytes) in files {
            let was_kept = self.laid.kept.contains_key(&path)
                || self.laid.kept.contains_key(&patch_of(&path))
                || self.laid.kept.is_empty();
            if !editable(&path) || !(was_kept || differs(&&path)) {
                continue;
            }
            if patch::has_conflicts(&bytes) {
                return Ok(Taken::Refused(format!(
                    "`{}` still has conflict markers; choose, and remove them.",
                    path.display()
                )));
            }
            let old = self.laid.reference.get(&path);
            let bytes = match (old, reference.get(&path)) {
                (Some(old), Some(new)) if *old != blob_id(new) => {
                    let carried =
                        former_reference(ctx, old).map(|old| patch::carry(&old, new, &bytes));
                    let Some(Ok(carried)) = carried else {
                        return Ok(Taken::Refused(format!(
                            "`{}` was edited here, and the reference has changed in the same lines meanwhile; save {} elsewhere, remove {}, and run `cargo xtask trap edit {} {}` again.",
                            path.display(),
                            path.display(),
                            self.dir.display(),
                            answer.exercise.id,
                            answer.slug
                        )));
                    };
                    carried
                }
                _ => bytes,
            };
            overlay.insert(path, bytes);
        }
        Ok(Taken::Edited(overlay))
    }

    /// Removes the package.
    pub fn end(&self, ctx: &Context) -> Result<()> {
        let dir = ctx.root.join(&self.dir);
        fs::remove_dir_all(&dir).with_context(|| format!("failed to remove {}", dir.display()))
    }
}

/// The workspace's folder relative to the root, and the package's in it.
fn places(answer: &Answer<'_>) -> (PathBuf, String) {
    let dir = format!("{}.{}", answer.exercise.package, answer.slug);
    let inside = format!("{}-{}", answer.sort.word(), answer.slug);
    (Path::new(".workbook/edit").join(dir), inside)
}

/// An answer's files as they are kept.
fn raw(ctx: &Context, answer: &Answer<'_>) -> Result<Overlay> {
    let dir = ctx.root.join(answer.dir());
    if dir.is_dir() {
        package_files(&dir)
    } else {
        Ok(Overlay::new())
    }
}

fn ids(files: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<PathBuf, String> {
    let with_id = files
        .iter()
        .map(|(path, bytes)| (path.clone(), blob_id(bytes)));
    with_id.collect()
}
