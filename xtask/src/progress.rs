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
    id::ExerciseId,
    outcome::{Outcome, Verdict},
};

use crate::context::{Context, write_atomically};

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
            Ok(progress) => Ok(progress),
            Err(error) => {
                let aside = path.with_extension("json.broken");
                fs::rename(&path, &aside)
                    .with_context(|| format!("failed to set {} aside", path.display()))?;
                eprintln!(
                    "warning: {} could not be understood ({error}); it is now {}",
                    path.display(),
                    aside.display()
                );
                Ok(Self {
                    schema: 1,
                    ..Self::default()
                })
            }
        }
    }

    /// What is known of an exercise.
    pub fn get(&self, id: &ExerciseId) -> Entry {
        self.exercises.get(id).cloned().unwrap_or_default()
    }

    /// Whether it passed at any time.
    pub fn has_passed(&self, id: &ExerciseId) -> bool {
        self.get(id).passed_at.is_some()
    }

    /// Takes note of an outcome of the learner's own side.
    pub fn note(&mut self, outcome: &Outcome) {
        let entry = self.exercises.entry(outcome.id.clone()).or_default();
        let before = entry.clone();
        entry.last = Some(outcome.verdict);
        if outcome.verdict == Verdict::Passed && entry.passed_at.is_none() {
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
