//! Where the book's parts are.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::anyhow;

use crate::problem::Failure;

/// The folders of a workbook, seen from the book.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    /// The workbook's folder.
    pub root: PathBuf,
}

impl Folders {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Looks for a folder with `book/book.toml`, from the current folder upwards.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = env::current_dir()
            .map_err(|error| anyhow!("failed to find the current folder: {error}"))?;
        let root = here
            .ancestors()
            .find(|dir| dir.join("book/book.toml").is_file());
        root.map(|root| Self::new(root.to_owned())).ok_or_else(|| {
            anyhow!(
                "failed to find book/book.toml in {} or above it: run this inside the workbook",
                here.display()
            )
            .into()
        })
    }

    /// The folder with `book.toml`.
    pub(crate) fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    /// The pages.
    pub(crate) fn src(&self) -> PathBuf {
        self.root.join("book/src")
    }

    /// One file a fact.
    pub(crate) fn facts(&self) -> PathBuf {
        self.root.join("book/facts")
    }

    /// The rendered book.
    pub(crate) fn output(&self) -> PathBuf {
        self.root.join("target/book")
    }

    /// `path` relative to the root, with forward slashes: for messages.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
            .replace('\\', "/")
    }
}
