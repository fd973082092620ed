//! `exercises/exercises.lock`: what every file of every exercise looked like when it was published.
//!
//! The lock holds git blob ids, so that no second copy of the stubs is needed: the object is in
//! the clone's own history. Where there is no git, the first run keeps a copy of the stubs.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use sha1::{Digest, Sha1};
use workbook::catalog::{Catalog, Exercise};

use crate::{
    context::{Context, write_atomically},
    exec::Cmd,
    stage::package_files,
};

/// The lock's place, relative to the root.
pub const LOCK: &str = "exercises/exercises.lock";
const HEADER: &str = "# Git blob ids of every file of every exercise, as published. `cargo xtask audit --bless` writes this.\n";

/// The ids of all pristine files, by path relative to the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pristine {
    ids: BTreeMap<PathBuf, String>,
}

impl Pristine {
    /// Reads the lock; a missing one is empty.
    pub fn load(ctx: &Context) -> Result<Self> {
        let path = ctx.root.join(LOCK);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("failed to read {}", path.display())),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let mut ids = BTreeMap::new();
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        {
            match line.split_once(' ') {
                Some((id, path)) if id.len() == 40 => {
                    ids.insert(PathBuf::from(path), id.to_owned())
                }
                _ => bail!(
                    "{LOCK}:{}: expected `BLOB-ID PATH`; restore it with `git checkout {LOCK}`",
                    at + 1
                ),
            };
        }
        Ok(Self { ids })
    }

    /// The lock of the exercises as they lie in the workspace now.
    pub fn of_workspace(root: &Path, catalog: &Catalog) -> Result<Self> {
        let mut ids = BTreeMap::new();
        for exercise in &catalog.exercises {
            for (path, bytes) in package_files(&root.join(&exercise.dir))? {
                ids.insert(exercise.dir.join(path), blob_id(&bytes));
            }
        }
        Ok(Self { ids })
    }

    /// The lock's text.
    pub fn render(&self) -> String {
        let mut text = HEADER.to_owned();
        for (path, id) in &self.ids {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{id} {}", path.display());
        }
        text
    }

    /// Whether every editable file is still the stub.
    pub fn is_untouched(&self, root: &Path, exercise: &Exercise) -> bool {
        exercise.edit.iter().all(|path| {
            let path = exercise.dir.join(path);
            fs::read(root.join(&path)).is_ok_and(|bytes| self.is_original(&path, &bytes))
        })
    }

    /// Whether these are the published bytes of the file at `path` (relative to the root).
    pub fn is_original(&self, path: &Path, bytes: &[u8]) -> bool {
        self.ids.get(path).is_some_and(|id| *id == blob_id(bytes))
    }

    /// The files of an exercise that must not be edited and differ from the originals or are gone,
    /// relative to its folder.
    pub fn tampered(&self, root: &Path, exercise: &Exercise) -> Vec<String> {
        let own = self
            .ids
            .iter()
            .filter_map(|(path, id)| Some((path.strip_prefix(&exercise.dir).ok()?, id)));
        own.filter(|(path, _)| !exercise.edit.iter().any(|edit| edit == path))
            .filter(|(path, id)| {
                let bytes = fs::read(root.join(&exercise.dir).join(path));
                bytes.map_or(true, |bytes| blob_id(&bytes) != **id)
            })
            .map(|(path, _)| path.display().to_string())
            .collect()
    }

    /// The published bytes of a file (relative to the root): from the workspace if it is untouched
    /// there, else from git, else from the copy that the first run kept.
    pub fn bytes(&self, ctx: &Context, path: &Path) -> Result<Vec<u8>> {
        let Some(id) = self.ids.get(path) else {
            bail!("{} is not in {LOCK}", path.display());
        };
        if let Ok(bytes) = fs::read(ctx.root.join(path))
            && blob_id(&bytes) == *id
        {
            return Ok(bytes);
        }
        if let Ok(bytes) = fs::read(ctx.root.join(".workbook/pristine").join(id)) {
            return Ok(bytes);
        }
        from_git(ctx, id).with_context(|| {
            format!(
                "the original of {} is neither in git nor under .workbook/pristine; clone the workbook anew to get it",
                path.display()
            )
        })
    }

    /// Keeps a copy of every stub where there is no git to ask for it later.
    pub fn keep_without_git(&self, ctx: &Context) -> Result<()> {
        if ctx.root.join(".git").exists() || self.ids.is_empty() {
            return Ok(());
        }
        let dir = ctx.state_dir()?.join("pristine");
        fs::create_dir_all(&dir).with_context(|| format!("failed to create {}", dir.display()))?;
        for exercise in &ctx.catalog()?.exercises {
            for (path, bytes) in package_files(&ctx.root.join(&exercise.dir))? {
                let path = exercise.dir.join(path);
                if let Some(id) = self.ids.get(&path).filter(|id| **id == blob_id(&bytes))
                    && !dir.join(id).exists()
                {
                    write_atomically(&dir.join(id), &bytes)?;
                }
            }
        }
        Ok(())
    }

    /// All files of an exercise, relative to the root.
    pub fn files_of<'a>(&'a self, exercise: &'a Exercise) -> impl Iterator<Item = &'a Path> {
        self.ids
            .keys()
            .map(PathBuf::as_path)
            .filter(|path| path.starts_with(&exercise.dir))
    }
}

/// The blob of this id, if git has it.
pub fn from_git(ctx: &Context, id: &str) -> Option<Vec<u8>> {
    let git = Cmd::new("git")
        .args(["cat-file", "blob", id])
        .cwd(&ctx.root);
    let output = ctx.exec.run(&git).ok()?;
    (output.success() && blob_id(&output.stdout) == id).then_some(output.stdout)
}

/// The id that git gives these bytes as a blob.
pub fn blob_id(bytes: &[u8]) -> String {
    let digest = Sha1::new()
        .chain_update(format!("blob {}\0", bytes.len()))
        .chain_update(bytes)
        .finalize();
    digest
        .iter()
        .fold(String::with_capacity(40), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blob_ids_are_gits() {
        // From `git hash-object --stdin`.
        assert_eq!(blob_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(
            blob_id(b"hello\n"),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
    }

    #[test]
    fn a_lock_round_trips() {
        let text = format!(
            "{HEADER}e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 exercises/00-start/01-x/src/a b.rs\n"
        );
        assert_eq!(Pristine::parse(&text).unwrap().render(), text);
    }

    #[test]
    fn a_broken_lock_names_its_line() {
        let error = Pristine::parse("# x\nnonsense\n").unwrap_err().to_string();
        assert!(error.contains("exercises.lock:2"), "{error}");
    }
}
