//! What the audit found out about unchanged files, kept beside check's own results.
//!
//! Check forgets time-outs, since a learner's next run may go better. A trap that deadlocks is meant to time
//! out: here, that it died as it should is kept.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use workbook::catalog::Exercise;

use workbook_run::{
    cache::{Cache, Key},
    context::Context,
    files::Overlay,
    stage::Stage,
    workspace::atomic::write_atomically,
};

/// Answers by the content of everything that an answer depends on.
pub struct Memo<'a> {
    ctx: &'a Context,
    keys: Cache,
    dir: PathBuf,
    fresh: bool,
}

#[derive(Serialize, Deserialize)]
struct Entry<T> {
    key: Key,
    answer: T,
}

impl<'a> Memo<'a> {
    /// The workspace's memo; `fresh` forgets what it knows.
    pub fn new(ctx: &'a Context, fresh: bool) -> Result<Self> {
        let keys = Cache::new(ctx, &Stage::learner(ctx))?;
        Ok(Self {
            ctx,
            keys,
            dir: ctx.root.join("target/workbook/results/audit"),
            fresh,
        })
    }

    /// The answer to `question` about an exercise with this overlay, if it is known.
    pub fn get<T: DeserializeOwned>(
        &self,
        exercise: &Exercise,
        question: &str,
        overlay: &Overlay,
    ) -> Result<Option<T>> {
        if self.fresh {
            return Ok(None);
        }
        let key = self.keys.key(self.ctx, exercise, Some(overlay))?;
        let entry = fs::read(self.file(exercise, question))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Entry<T>>(&bytes).ok());
        Ok(entry
            .filter(|entry| entry.key == key)
            .map(|entry| entry.answer))
    }

    /// Keeps an answer.
    pub fn put<T: Serialize>(
        &self,
        exercise: &Exercise,
        question: &str,
        overlay: &Overlay,
        answer: T,
    ) -> Result<()> {
        let entry = Entry {
            key: self.keys.key(self.ctx, exercise, Some(overlay))?,
            answer,
        };
        fs::create_dir_all(&self.dir)
            .with_context(|| format!("failed to create {}", self.dir.display()))?;
        write_atomically(
            &self.file(exercise, question),
            &serde_json::to_vec(&entry).context("failed to write a result as JSON")?,
        )
    }

    fn file(&self, exercise: &Exercise, question: &str) -> PathBuf {
        self.dir
            .join(format!("{}-{question}.json", exercise.package))
    }
}
