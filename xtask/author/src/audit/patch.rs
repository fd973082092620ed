//! A file that is kept as what differs from the reference's: a unified diff below a line with the blob id of
//! the reference's file that it was made against.
//!
//! It is applied strictly. A patch whose lines are found a little further down would usually mean the same, and
//! sometimes something else; what moves is carried along by a three-way merge instead ([`carry`]).

use diffy::{DiffOptions, Line};

/// What the first line begins with.
const INDEX: &str = "index ";

/// Why a patch can't be read or applied; finishes "this patch …".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The first line is not `index BLOB-ID`.
    #[error("does not begin with a line `index BLOB-ID`")]
    NoIndex,
    /// No unified diff, or one with more in it than its headers count: edited by hand, perhaps.
    #[error("is no unified diff in the form in which `cargo xtask trap record` writes it: {0}")]
    Form(String),
    /// A line of the file is not the one that the patch was made against.
    #[error("does not fit: it expects line {line} to be `{expected}`")]
    Misfit {
        /// The number of the line, from 1.
        line: usize,
        /// What the patch says is there.
        expected: String,
    },
}

/// A parsed patch.
pub struct Patch<'a> {
    /// The blob id of the file that it was made against.
    pub base: &'a str,
    changes: diffy::Patch<'a, [u8]>,
}

/// The text of the patch that makes `file` of the reference's `path`, whose blob id is `base`.
pub fn write(reference: &[u8], file: &[u8], base: &str, path: &str) -> Vec<u8> {
    let changes = DiffOptions::new()
        .set_original_filename(format!("reference/{path}"))
        .set_modified_filename(path.to_owned())
        .create_patch_bytes(reference, file)
        .to_bytes();
    [format!("{INDEX}{base}\n").into_bytes(), changes].concat()
}

/// Whether more than half of the lines of both files are in one of them alone.
pub fn differ_mostly(reference: &[u8], file: &[u8]) -> bool {
    let changes = diffy::create_patch_bytes(reference, file);
    let hunks = changes.hunks().iter();
    let changed = hunks
        .flat_map(|hunk| hunk.lines())
        .filter(|line| !matches!(line, Line::Context(_)))
        .count();
    2 * changed > lines(reference).count() + lines(file).count()
}

/// What becomes of `file`, which was made from the reference `old`, now that the reference is `new`.
///
/// # Errors
/// Where both changed the same lines: the file with both versions between conflict markers.
pub fn carry(old: &[u8], new: &[u8], file: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    diffy::MergeOptions::new()
        .set_incomplete_hunk_style(diffy::IncompleteHunkStyle::Git)
        .merge_bytes(old, new, file)
        .map_err(|marked| lines(&marked).flat_map(clear_mark).copied().collect())
}

/// Says whose version follows, or came before.
fn clear_mark(line: &[u8]) -> &[u8] {
    match line {
        b"<<<<<<< ours\n" => b"<<<<<<< the reference as it is\n",
        b"||||||| original\n" => b"||||||| the reference as it was\n",
        b">>>>>>> theirs\n" => b">>>>>>> made of the reference as it was\n",
        line => line,
    }
}

/// Whether a file holds what [`carry`] leaves where both sides changed.
pub fn has_conflicts(file: &[u8]) -> bool {
    lines(file).any(|line| line.starts_with(b"<<<<<<< ") || line.starts_with(b">>>>>>> "))
}

impl<'a> Patch<'a> {
    /// Reads a patch.
    ///
    /// # Errors
    /// If it is not exactly what [`write()`] would write: nothing in it is passed over.
    pub fn parse(text: &'a [u8]) -> Result<Self, PatchError> {
        let end = text
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or(PatchError::NoIndex)?;
        let base = str::from_utf8(&text[..end])
            .ok()
            .and_then(|line| line.strip_prefix(INDEX))
            .filter(|id| id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or(PatchError::NoIndex)?;
        let body = &text[end + 1..];
        let changes =
            diffy::Patch::from_bytes(body).map_err(|error| PatchError::Form(error.to_string()))?;
        if changes.to_bytes() != body {
            let what = "it holds lines that its `@@` headers do not count";
            return Err(PatchError::Form(what.to_owned()));
        }
        Ok(Self { base, changes })
    }

    /// The file that the patch makes of the one that it was made against.
    ///
    /// # Errors
    /// If a line is not where, or what, the patch says.
    pub fn apply(&self, reference: &[u8]) -> Result<Vec<u8>, PatchError> {
        let old: Vec<&[u8]> = lines(reference).collect();
        let (mut new, mut at) = (Vec::new(), 0);
        for hunk in self.changes.hunks() {
            let range = hunk.old_range();
            // An empty range names the line before it.
            let first = if range.is_empty() {
                range.start()
            } else {
                range.start().saturating_sub(1)
            };
            new.extend(old.get(at..first).into_iter().flatten().copied().flatten());
            at = at.max(first);
            for line in hunk.lines() {
                if let Line::Context(expected) | Line::Delete(expected) = line {
                    if old.get(at) != Some(expected) {
                        let expected = String::from_utf8_lossy(expected).trim_end().to_owned();
                        return Err(PatchError::Misfit {
                            line: at + 1,
                            expected,
                        });
                    }
                    at += 1;
                }
                if let Line::Context(line) | Line::Insert(line) = line {
                    new.extend(*line);
                }
            }
        }
        new.extend(old.get(at..).into_iter().flatten().copied().flatten());
        Ok(new)
    }

    /// What the patch makes of another version of its file, if all its lines are somewhere there.
    pub fn apply_anywhere(&self, reference: &[u8]) -> Option<Vec<u8>> {
        diffy::apply_bytes(reference, &self.changes).ok()
    }
}

/// Lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests;
