//! The book's pages, as their authors wrote them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{folders::Folders, problem::Failure};

/// A page of the book, as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Relative to the root: `book/src/04-memory/01-shared-cache.md`.
    pub path: String,
    /// Its Markdown.
    pub text: String,
}

/// Reads every page, in the order of their paths; `SUMMARY.md` is none.
pub(crate) fn load(folders: &Folders) -> Result<Vec<Page>, Failure> {
    let mut files = Vec::new();
    collect(&folders.src(), &mut files)?;
    files.sort();
    files
        .iter()
        .filter(|file| **file != folders.src().join("SUMMARY.md"))
        .map(|file| {
            Ok(Page {
                path: folders.shown(file),
                text: read(file)?,
            })
        })
        .collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = || format!("failed to list {}", dir.display());
    for entry in fs::read_dir(dir).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a text file.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?)
}
