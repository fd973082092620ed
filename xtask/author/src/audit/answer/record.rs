//! Recording traps and variants: each file as a patch against the reference, unless it is better kept whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use workbook::catalog::Exercise;

use super::{Answer, NAIVE, Sort, edit, keep_reference, list, patch_of};
use crate::audit::{
    Check, Findings,
    patch::{self, Patch},
};
use workbook_run::{
    context::Context,
    files::{Overlay, overlay_from},
    pristine::blob_id,
    workspace::atomic::write_atomically,
};

/// Records all traps and variants of an exercise: takes in those that are being edited, carries patches along with
/// the reference, makes patches of whole files and the other way round. What can't be recorded stays as it is;
/// edits that can't be taken in are told here, and all else by [`look`](super::look).
///
/// # Errors
/// If a list of traps or variants is broken, or a file can't be read or written.
pub fn all(ctx: &Context, exercise: &Exercise, findings: &mut Findings) -> Result<()> {
    let reference = overlay_from(&ctx.root.join(exercise.solution_dir()), exercise)?;
    for (sort, slug) in list::all(ctx, exercise)? {
        let answer = Answer::new(exercise, sort, &slug);
        let overlay = match edit::Edit::find(ctx, &answer)? {
            None => answer.read(ctx, &reference)?.overlay,
            Some(edit) => match edit.take_in(ctx, &answer, &reference)? {
                edit::Taken::Edited(overlay) => {
                    let rewritten = write(ctx, &answer, &reference, &overlay)?;
                    findings.blessed.extend(rewritten);
                    edit.end(ctx)?;
                    continue;
                }
                edit::Taken::Unchanged => {
                    edit.end(ctx)?;
                    answer.read(ctx, &reference)?.overlay
                }
                edit::Taken::Refused(why) => {
                    findings.problem(exercise, Check::Patch, edit.package(), why);
                    continue;
                }
            },
        };
        findings
            .blessed
            .extend(write(ctx, &answer, &reference, &overlay)?);
    }
    Ok(())
}

/// Writes the files of an answer in the form in which each is kept, and tells which files changed.
fn write(
    ctx: &Context,
    answer: &Answer<'_>,
    reference: &Overlay,
    overlay: &Overlay,
) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for (path, bytes) in overlay {
        let whole = answer.dir().join(path);
        let patch = answer.dir().join(patch_of(path));
        let reference = reference
            .get(path)
            .filter(|reference| is_patch(answer, reference, bytes));
        let (file, text, other) = match reference {
            Some(reference) => {
                keep_reference(ctx, reference)?;
                (patch, patch_text(reference, bytes, path)?, whole)
            }
            None => (whole, bytes.clone(), patch),
        };
        if !fs::read(ctx.root.join(&file)).is_ok_and(|old| old == text) {
            let dir = file.parent().unwrap_or(&file);
            fs::create_dir_all(ctx.root.join(dir))
                .with_context(|| format!("failed to create {}", dir.display()))?;
            write_atomically(&ctx.root.join(&file), &text)?;
            changed.push(file);
        }
        if ctx.root.join(&other).exists() {
            fs::remove_file(ctx.root.join(&other))
                .with_context(|| format!("failed to remove {}", other.display()))?;
            changed.push(other);
        }
    }
    Ok(changed)
}

fn is_patch(answer: &Answer<'_>, reference: &[u8], bytes: &[u8]) -> bool {
    let is_shown = answer.sort == Sort::Trap && answer.slug == NAIVE;
    !is_shown && !patch::differ_mostly(reference, bytes)
}

fn patch_text(reference: &[u8], bytes: &[u8], path: &Path) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let text = patch::write(reference, bytes, &blob_id(reference), &name);
    // Nothing is removed for a patch that would not bring it back.
    ensure!(
        Patch::parse(&text)?.apply(reference)? == bytes,
        "the patch of {name} does not bring the file back; nothing was written"
    );
    Ok(text)
}
