//! What is to be run: sides, and builds that serve many exercises at once.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    backend::{BackendKind, Harness},
    catalog::{Exercise, Profile},
};

/// Whose files are checked: all are overlays of the same pristine crates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The learner's own files, where they lie.
    Learner,
    /// The reference solutions.
    Solutions,
    /// The untouched stubs.
    Stubs,
    /// A named wrong answer of each exercise.
    Trap(String),
    /// A named right answer of each exercise, of another shape than the reference.
    Variant(String),
    /// Somebody's submission.
    Submission(String),
}

impl Side {
    /// The name of the side's stage folder and in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Learner => "learner".to_owned(),
            Self::Solutions => "solutions".to_owned(),
            Self::Stubs => "stubs".to_owned(),
            Self::Trap(slug) => format!("trap-{slug}"),
            Self::Variant(slug) => format!("variant-{slug}"),
            Self::Submission(name) => format!("submission-{name}"),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// One cargo start that builds the tests of many exercises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// For which backend.
    pub backend: BackendKind,
    /// With which profile.
    pub profile: Profile,
    /// The packages, in the book's order.
    pub packages: Vec<String>,
}

/// Groups the exercises that cargo can build in one go: same backend, same profile. wasm-pack
/// builds for itself, so its exercises are not among them.
pub fn builds<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> Vec<Build> {
    let mut groups: BTreeMap<(BackendKind, Profile), Vec<String>> = BTreeMap::new();
    for exercise in exercises {
        for &backend in &exercise.backends {
            if matches!(backend.harness(), Harness::Nextest { .. }) {
                groups
                    .entry((backend, exercise.profile))
                    .or_default()
                    .push(exercise.package.clone());
            }
        }
    }
    let build = |((backend, profile), packages)| Build {
        backend,
        profile,
        packages,
    };
    groups.into_iter().map(build).collect()
}
