//! `exercises/exercises.lock`: what every file of every exercise looked like when it was published.
//!
//! The lock holds git blob ids. The originals themselves are looked for in the workspace, in [`stubs`], in the copies
//! that the first run makes where there is no git, and in git.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use sha1::{Digest, Sha1};
use workbook::catalog::{Catalog, Exercise};

use crate::{
    context::Context, exec::Cmd, files::package_files, workspace::atomic::write_atomically,
};

pub mod stubs;

/// How long git may take to find a file.
const GIT: Duration = Duration::from_secs(30);
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

    /// Whether there was such a file (relative to the root).
    pub fn has(&self, path: &Path) -> bool {
        self.ids.contains_key(path)
    }

    /// Whether this is the published text of the file at `path` (relative to the root), whatever an editor or git did to
    /// the ends of its lines.
    pub fn is_original(&self, path: &Path, bytes: &[u8]) -> bool {
        self.original(path, bytes).is_some()
    }

    /// The published bytes of the file at `path` if these are its text.
    pub fn original<'a>(&self, path: &Path, bytes: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let id = self.ids.get(path)?;
        if *id == blob_id(bytes) {
            return Some(Cow::Borrowed(bytes));
        }
        let plain = plain(bytes)?;
        (*id == blob_id(&plain)).then_some(Cow::Owned(plain))
    }

    /// The files of an exercise that must not be edited and differ from the originals or are gone,
    /// relative to its folder.
    pub fn tampered(&self, root: &Path, exercise: &Exercise) -> Vec<String> {
        self.compared(root, exercise, |_, _| Ok(()))
    }

    /// The same; and those whose lines end in another way get their published bytes back, since some are compared to
    /// the byte.
    pub fn straightened(&self, root: &Path, exercise: &Exercise) -> Vec<String> {
        self.compared(root, exercise, |path, original| {
            write_atomically(path, original)
        })
    }

    fn compared(
        &self,
        root: &Path,
        exercise: &Exercise,
        straighten: impl Fn(&Path, &[u8]) -> Result<()>,
    ) -> Vec<String> {
        let is_given = |path: &Path| {
            let bytes = fs::read(root.join(path)).ok()?;
            match self.original(path, &bytes)? {
                Cow::Borrowed(_) => Some(()),
                Cow::Owned(original) => {
                    // It is the published text, whether or not it can be written.
                    let _ = straighten(&root.join(path), &original);
                    Some(())
                }
            }
        };
        let inside = |path: &Path| path.strip_prefix(&exercise.dir).unwrap_or(path).to_owned();
        self.files_of(exercise)
            .filter(|path| !exercise.edit.contains(&inside(path)))
            .filter(|path| is_given(path).is_none())
            .map(|path| inside(path).display().to_string())
            .collect()
    }

    /// The published bytes of a file (relative to the root), from wherever they are to be had.
    pub fn bytes(&self, ctx: &Context, path: &Path) -> Result<Vec<u8>> {
        let Some(id) = self.ids.get(path) else {
            bail!("{} is not in {LOCK}", path.display());
        };
        let is_it = |bytes: &Vec<u8>| blob_id(bytes) == *id;
        let here = || {
            let bytes = fs::read(ctx.root.join(path)).ok()?;
            self.original(path, &bytes).map(Cow::into_owned)
        };
        // A damaged file of stubs is no reason not to look further.
        let published = || stubs::load(&ctx.root).unwrap_or_default().remove(path);
        let kept = || fs::read(ctx.root.join(".workbook/pristine").join(id)).ok();
        here()
            .or_else(|| published().filter(is_it))
            .or_else(|| kept().filter(is_it))
            .or_else(|| from_git(ctx, id))
            .with_context(|| {
                format!(
                    "the original of {} is neither in {} nor in git nor under .workbook/pristine; take it from a new copy of the workbook",
                    path.display(),
                    stubs::STUBS
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
        // A partial clone would ask the network for it.
        .env("GIT_NO_LAZY_FETCH", "1")
        .timeout(GIT)
        .cwd(&ctx.root);
    let output = ctx.exec.run(&git).ok()?;
    (output.success() && blob_id(&output.stdout) == id).then_some(output.stdout)
}

/// The text without a byte-order mark, and with lines that end as Unix has them; `None` if it is so already.
fn plain(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes());
    if text.is_none() && !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return None;
    }
    let mut plain = text.unwrap_or(bytes).to_owned();
    let mut at = 0;
    plain.retain(|&byte| {
        at += 1;
        let text = text.unwrap_or(bytes);
        !(byte == b'\r' && text.get(at) == Some(&b'\n'))
    });
    Some(plain)
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
    fn lines_may_end_in_any_way() {
        assert_eq!(plain(b"a\n"), None);
        assert_eq!(plain(b"a\rb\n"), None);
        assert_eq!(plain(b"a\r\n\r\nb\r"), Some(b"a\n\nb\r".to_vec()));
        assert_eq!(plain("\u{feff}a\n".as_bytes()), Some(b"a\n".to_vec()));
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
