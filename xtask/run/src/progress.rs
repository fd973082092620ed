//! The learner's state, in `.workbook/progress.json`: what passed once, how many hints were seen.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use workbook::{
    catalog::{Catalog, Exercise},
    id::ExerciseId,
    judge::Outcome,
    outcome::Verdict,
    select::{self, SelectError},
};

use crate::{context::Context, terminal, workspace::atomic::write_atomically};

/// The learner's state.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    schema: u32,
    #[serde(default)]
    exercises: BTreeMap<ExerciseId, Entry>,
    #[serde(skip)]
    changed: bool,
}

/// What is known of one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The verdict of the last check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Verdict>,
    /// When it first passed, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<u64>,
    /// How many hints were shown.
    #[serde(default)]
    pub hints: usize,
}

impl Progress {
    /// Reads the state. One that cannot be understood is set aside, not lost and not fatal.
    pub fn load(ctx: &Context) -> Result<Self> {
        let path = file(ctx);
        let Ok(text) = fs::read_to_string(&path) else {
            return Ok(Self {
                schema: 1,
                ..Self::default()
            });
        };
        match serde_json::from_str::<Self>(&text) {
            Ok(progress) => Ok(progress.renamed(&ctx.catalog()?)),
            Err(error) => {
                let aside = path.with_extension("json.broken");
                fs::rename(&path, &aside)
                    .with_context(|| format!("failed to set {} aside", path.display()))?;
                terminal::note(&format!(
                    "warning: {} could not be understood ({error}); it is now {}",
                    path.display(),
                    aside.display()
                ));
                Ok(Self {
                    schema: 1,
                    ..Self::default()
                })
            }
        }
    }

    /// With what was noted under an exercise's former id under its own. Where both are there, the own one stands.
    fn renamed(mut self, catalog: &Catalog) -> Self {
        for (id, entry) in std::mem::take(&mut self.exercises) {
            let current = catalog.current(&id);
            if *current == id {
                self.exercises.insert(id, entry);
            } else {
                self.changed = true;
                self.exercises.entry(current.clone()).or_insert(entry);
            }
        }
        self
    }

    /// What is known of an exercise.
    pub fn get(&self, id: &ExerciseId) -> Entry {
        self.exercises.get(id).cloned().unwrap_or_default()
    }

    /// Whether it passed at any time.
    pub fn has_passed(&self, id: &ExerciseId) -> bool {
        self.get(id).passed_at.is_some()
    }

    /// The exercise that was named, or the first one that has not passed yet.
    ///
    /// # Errors
    /// If `id` names no exercise, or several.
    pub fn chosen<'a>(
        &self,
        catalog: &'a Catalog,
        id: Option<&str>,
    ) -> Result<Option<&'a Exercise>, SelectError> {
        let Some(id) = id else {
            let mut all = catalog.exercises.iter();
            return Ok(all.find(|exercise| !self.has_passed(&exercise.id)));
        };
        select::one(catalog, id).map(Some)
    }

    /// Takes note of an outcome of the learner's own side.
    pub fn note(&mut self, outcome: &Outcome) {
        let entry = self.exercises.entry(outcome.id().clone()).or_default();
        let before = entry.clone();
        entry.last = Some(outcome.verdict());
        if outcome.verdict() == Verdict::Passed && entry.passed_at.is_none() {
            entry.passed_at = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .map(|since| since.as_secs());
        }
        self.changed |= *entry != before;
    }

    /// Counts one more hint as seen.
    pub fn count_hint(&mut self, id: &ExerciseId, of: usize) -> usize {
        let entry = self.exercises.entry(id.clone()).or_default();
        entry.hints = (entry.hints + 1).min(of);
        self.changed = true;
        entry.hints
    }

    /// Writes the state if it changed.
    pub fn save(&self, ctx: &Context) -> Result<()> {
        if !self.changed {
            return Ok(());
        }
        let text =
            serde_json::to_string_pretty(self).context("failed to write the progress as JSON")?;
        ctx.state_dir()?;
        write_atomically(&file(ctx), format!("{text}\n").as_bytes())
    }
}

fn file(ctx: &Context) -> PathBuf {
    ctx.root.join(".workbook/progress.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_under_a_former_id_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("exercises/08-async/03-waiting");
        fs::create_dir_all(&dir).unwrap();
        let manifest = "[package]\nname = \"async-waiting\"\n[package.metadata.exercise]\nformerly = [\"generics/waiting\"]\n\
                        title = \"T\"\npoints = 5\ntier = \"core\"\nbackends = [\"host\"]\nedit = [\"src/lib.rs\"]\nstub = \"test:t\"\n";
        fs::write(dir.join("Cargo.toml"), manifest).unwrap();
        let catalog = workbook::catalog::load(root.path()).unwrap();
        let kept = |text: &str| {
            let progress: Progress = serde_json::from_str(text).unwrap();
            let progress = progress.renamed(&catalog);
            let hints = |id: &str| progress.get(&id.parse().unwrap()).hints;
            (
                hints("async/waiting"),
                hints("generics/waiting"),
                hints("memory/cow"),
                progress.changed,
            )
        };
        let old =
            r#"{"schema":1,"exercises":{"generics/waiting":{"hints":2},"memory/cow":{"hints":1}}}"#;
        assert_eq!(kept(old), (2, 0, 1, true));
        let both = r#"{"schema":1,"exercises":{"async/waiting":{"hints":3},"generics/waiting":{"hints":2}}}"#;
        assert_eq!(kept(both), (3, 0, 0, true));
        let new = r#"{"schema":1,"exercises":{"async/waiting":{"hints":3}}}"#;
        assert_eq!(kept(new), (3, 0, 0, false));
    }
}
