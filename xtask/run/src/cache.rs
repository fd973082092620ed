//! Results by content: an exercise whose files, tests, dependencies and runner are as they were is
//! answered without running it again.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;
use workbook::{catalog::Exercise, judge::Outcome, outcome::Evidence};

use crate::{
    context::Context,
    files::{Overlay, package_files},
    stage::Stage,
    workspace::atomic::write_atomically,
};

/// Tells the sources that judge from those of another day, which may judge otherwise.
const STAMP: &str = env!("WORKBOOK_STAMP");

/// Hashes what all exercises share once, then each exercise's own files.
pub struct Cache {
    shared: blake3::Hasher,
    dir: PathBuf,
}

/// The state of everything that an outcome depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key(String);

impl Key {
    /// The same where this is known besides.
    pub fn with(self, known: &[Evidence]) -> Self {
        if known.is_empty() {
            return self;
        }
        let text = format!("{} {known:?}", self.0);
        Self(blake3::hash(text.as_bytes()).to_hex().to_string())
    }
}

#[derive(Serialize, Deserialize)]
struct Entry {
    key: Key,
    outcome: Outcome,
}

impl Cache {
    /// A cache for one side.
    pub fn new(ctx: &Context, stage: &Stage) -> Result<Self> {
        let mut shared = blake3::Hasher::new();
        for name in [
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            ".cargo/config.toml",
        ] {
            add(&mut shared, &ctx.root, Path::new(name));
        }
        for entry in WalkDir::new(ctx.root.join("exercises/support"))
            .sort_by_file_name()
            .into_iter()
            .flatten()
        {
            if entry.file_type().is_file() {
                add(&mut shared, &ctx.root, entry.path());
            }
        }
        shared.update(STAMP.as_bytes());
        Ok(Self {
            shared,
            dir: ctx
                .root
                .join("target/workbook/results")
                .join(stage.side.name()),
        })
    }

    /// The key of an exercise with this overlay (none for the learner's own files).
    pub fn key(
        &self,
        ctx: &Context,
        exercise: &Exercise,
        overlay: Option<&Overlay>,
    ) -> Result<Key> {
        let mut files = package_files(&ctx.root.join(&exercise.dir))?;
        if let Some(overlay) = overlay {
            files.extend(overlay.clone());
        }
        let mut hasher = self.shared.clone();
        for (path, bytes) in files {
            hasher.update(path.as_os_str().as_encoded_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
        Ok(Key(hasher.finalize().to_hex().to_string()))
    }

    /// The outcome of an earlier run with the same key.
    pub fn get(&self, exercise: &Exercise, key: &Key) -> Option<Outcome> {
        let entry: Entry = serde_json::from_slice(&fs::read(self.file(exercise)).ok()?).ok()?;
        (entry.key == *key).then_some(entry.outcome)
    }

    /// Cargo goes by modification times, and a file that was put back (`mv lib.rs.bak lib.rs`) may
    /// be older than the last build though its content is new. Gives such files today's time.
    pub fn freshen(&self, ctx: &Context, exercise: &Exercise) {
        let built = fs::metadata(self.file(exercise)).and_then(|info| info.modified());
        for path in &exercise.edit {
            let path = ctx.root.join(&exercise.dir).join(path);
            let changed = fs::metadata(&path).and_then(|info| info.modified());
            if let (Ok(built), Ok(changed)) = (&built, changed)
                && changed <= *built
            {
                // Failing here leaves what cargo would do by itself.
                let _ = File::options()
                    .append(true)
                    .open(&path)
                    .and_then(|file| file.set_modified(SystemTime::now()));
            }
        }
    }

    /// Keeps an outcome, if running again would show the same.
    pub fn put(&self, exercise: &Exercise, key: &Key, outcome: &Outcome) -> Result<()> {
        if !outcome.is_repeatable() {
            return Ok(());
        }
        fs::create_dir_all(&self.dir)
            .with_context(|| format!("failed to create {}", self.dir.display()))?;
        let entry = Entry {
            key: key.clone(),
            outcome: outcome.clone(),
        };
        write_atomically(
            &self.file(exercise),
            &serde_json::to_vec(&entry).context("failed to write a result as JSON")?,
        )
    }

    fn file(&self, exercise: &Exercise) -> PathBuf {
        self.dir.join(format!("{}.json", exercise.package))
    }
}

fn add(hasher: &mut blake3::Hasher, root: &Path, path: &Path) {
    hasher.update(path.as_os_str().as_encoded_bytes());
    hasher.update(&fs::read(root.join(path)).unwrap_or_default());
}
