//! The catalog: every exercise, read from the manifests under `exercises/`.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{backend::BackendKind, covers::Row, id::ExerciseId};

mod artifact;
mod manifest;

pub use self::artifact::{Artifact, ArtifactTarget};
pub use crate::file_error::FileError as ManifestError;

/// All exercises of a workbook, in the book's order.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The workspace's folder.
    pub root: PathBuf,
    /// The exercises in the order of their folders' numbers.
    pub exercises: Vec<Exercise>,
}

/// One exercise, as its manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    /// `chapter/name`, for good: it stays when the exercise moves to another folder.
    pub id: ExerciseId,
    /// Ids that it had before; what was noted under one of them is this exercise's.
    pub formerly: Vec<ExerciseId>,
    /// Its cargo package: `chapter-name`.
    pub package: String,
    /// Its folder, relative to the root: `exercises/04-memory/01-shared-cache`.
    pub dir: PathBuf,
    /// `NN-chapter/NN-name`: the same under `exercises`, `solutions` and `book/src`.
    pub place: String,
    /// The title of its page.
    pub title: String,
    /// What a pass is worth.
    pub points: u32,
    /// What the names of the tests of each item begin with, where points are given item by item.
    pub items: Vec<String>,
    /// How hard it is.
    pub tier: Tier,
    /// Where its tests run, one after the other.
    pub backends: Vec<BackendKind>,
    /// The only files that a submission may change, relative to `dir`.
    pub edit: Vec<PathBuf>,
    /// Tools beyond the backends' own: `valgrind`, `postgres`, `gtk`, …, and the targets of `artifacts`.
    pub needs: Vec<String>,
    /// What is built of it for another target before its host tests start.
    pub artifacts: Vec<Artifact>,
    /// Why the untouched stub fails.
    pub stub: StubReason,
    /// Lints that a solution must pass too.
    pub gates: Vec<Gate>,
    /// Rows of the curriculum: `S4`, `review:thread-safety`, ….
    pub covers: Vec<String>,
    /// How long one test may take.
    pub timeout: Duration,
    /// How its tests are built.
    pub profile: Profile,
    /// What the learner writes, and so what decides.
    pub kind: Kind,
    /// Whether it has criterion benchmarks (a `benches` folder).
    pub benches: bool,
}

/// How hard an exercise is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Minutes.
    WarmUp,
    /// The matter itself.
    Core,
    /// Hard: at least three traps.
    Challenge,
}

/// The cargo profile of an exercise's tests.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Quick to build, overflow checked.
    #[default]
    Dev,
    /// Optimised: for exercises that measure.
    Release,
}

/// What the learner writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Code, which the exercise's tests judge.
    #[default]
    Tests,
    /// Tests for code that is given: they must accept it, and reject each of its [mutants](crate::mutants).
    Mutants,
}

/// Why a stub fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StubReason {
    /// This test fails.
    Test(String),
    /// The compiler refuses it with this error code.
    Error(String),
}

impl fmt::Display for StubReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(name) => write!(f, "test:{name}"),
            Self::Error(code) => write!(f, "error:{code}"),
        }
    }
}

/// A set of lints that a solution must pass beyond its tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// No `unsafe` code.
    NoUnsafe,
    /// No unwrapping, indexing or explicit panics.
    NoPanic,
    /// Everything public is documented.
    Docs,
}

impl Gate {
    /// The flags for rustc and clippy that make it an error to miss the gate.
    pub fn lint_flags(self) -> &'static [&'static str] {
        match self {
            Self::NoUnsafe => &["-Funsafe_code"],
            Self::NoPanic => &[
                "-Dclippy::unwrap_used",
                "-Dclippy::expect_used",
                "-Dclippy::panic",
                "-Dclippy::todo",
                "-Dclippy::unimplemented",
                "-Dclippy::unreachable",
                "-Dclippy::indexing_slicing",
            ],
            Self::Docs => &["-Dmissing_docs"],
        }
    }

    /// The name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoUnsafe => "no-unsafe",
            Self::NoPanic => "no-panic",
            Self::Docs => "docs",
        }
    }
}

impl Tier {
    /// The name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::WarmUp => "warm-up",
            Self::Core => "core",
            Self::Challenge => "challenge",
        }
    }

    /// How many traps an exercise of this tier has at least.
    pub fn least_traps(self) -> usize {
        if self == Self::Challenge { 3 } else { 2 }
    }
}

impl Exercise {
    /// The chapter that it stands in: `memory` of `04-memory/01-shared-cache`. Its id may name the one that it stood in
    /// before.
    pub fn chapter(&self) -> &str {
        let folder = self.place.split('/').next().unwrap_or_default();
        unnumbered(folder).unwrap_or(folder)
    }

    /// Its page, relative to the root.
    pub fn page(&self) -> PathBuf {
        Path::new("book/src").join(format!("{}.md", self.place))
    }

    /// The folder of its reference and traps, relative to the root.
    pub fn solution_dir(&self) -> PathBuf {
        Path::new("solutions").join(&self.place)
    }
}

/// Everything that is wrong with the manifests, all at once.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A folder could not be read.
    #[error("failed to read {path}")]
    Read {
        /// What was being read.
        path: PathBuf,
        /// Why that failed.
        source: io::Error,
    },
    /// Manifests that break the rules.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Manifests(Vec<ManifestError>),
}

/// Reads every `exercises/NN-chapter/NN-name/Cargo.toml` below `root`.
///
/// # Errors
/// Lists all broken manifests, each with file, line and field.
pub fn load(root: &Path) -> Result<Catalog, CatalogError> {
    let mut exercises = Vec::new();
    let mut errors = Vec::new();
    for chapter in numbered_folders(&root.join("exercises"))? {
        for name in numbered_folders(&root.join("exercises").join(&chapter))? {
            let place = format!("{chapter}/{name}");
            let dir = Path::new("exercises").join(&place);
            let file = dir.join("Cargo.toml");
            let text = match fs::read_to_string(root.join(&file)) {
                Ok(text) => text,
                Err(source) => {
                    errors.push(ManifestError::new(
                        &file,
                        None,
                        "",
                        format!("failed to read it: {source}"),
                    ));
                    continue;
                }
            };
            match manifest::parse(&text, &file, &place) {
                Ok(mut exercise) => {
                    exercise.benches = root.join(&dir).join("benches").is_dir();
                    exercises.push(exercise);
                }
                Err(error) => errors.push(error),
            }
        }
    }
    errors.extend(taken_names(&exercises));
    if errors.is_empty() {
        Ok(Catalog {
            root: root.to_owned(),
            exercises,
        })
    } else {
        Err(CatalogError::Manifests(errors))
    }
}

/// Exercises whose package another one before has (chapters and names that differ only in their
/// numbers, or in where the hyphen is), and former ids that are somebody's.
fn taken_names(exercises: &[Exercise]) -> Vec<ManifestError> {
    let mut errors = Vec::new();
    for exercise in exercises {
        let others = |former: &&ExerciseId| {
            exercises.iter().any(|other| {
                other.id == **former || other.id != exercise.id && other.formerly.contains(former)
            })
        };
        if let Some(former) = exercise.formerly.iter().find(others) {
            let message = format!("`{former}` is, or was, another exercise's id");
            let file = exercise.dir.join("Cargo.toml");
            errors.push(ManifestError::new(&file, None, "formerly", message));
        }
    }
    for (at, exercise) in exercises.iter().enumerate() {
        if let Some(first) = exercises[..at]
            .iter()
            .find(|first| first.package == exercise.package)
        {
            let message = format!(
                "the package `{}` is that of {} already",
                exercise.package,
                first.dir.display()
            );
            errors.push(ManifestError::new(
                &exercise.dir.join("Cargo.toml"),
                None,
                "name",
                message,
            ));
        }
    }
    errors
}

impl Catalog {
    /// What an exercise of this id is called now: itself, unless some exercise was called so formerly.
    pub fn current<'a>(&'a self, id: &'a ExerciseId) -> &'a ExerciseId {
        let renamed = self
            .exercises
            .iter()
            .find(|exercise| exercise.formerly.contains(id));
        renamed.map_or(id, |exercise| &exercise.id)
    }

    /// The exercises that say that they cover this row.
    pub fn covering(&self, row: &Row) -> impl Iterator<Item = &Exercise> {
        let key = row.key;
        let covers = move |exercise: &&Exercise| exercise.covers.iter().any(|cover| cover == key);
        self.exercises.iter().filter(covers)
    }

    /// The exercise of this id.
    pub fn get(&self, id: &ExerciseId) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| &exercise.id == id)
    }
}

/// Names of the folders `NN-slug` in `dir`, sorted; `support` and files are left out.
fn numbered_folders(dir: &Path) -> Result<Vec<String>, CatalogError> {
    let read = |source| CatalogError::Read {
        path: dir.to_owned(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(read)? {
        let entry = entry.map_err(read)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if unnumbered(&name).is_some() && entry.path().is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// `shared-cache` of `01-shared-cache`; `None` if it doesn't begin with two digits and a hyphen.
pub(crate) fn unnumbered(name: &str) -> Option<&str> {
    let (number, rest) = name.split_at_checked(2)?;
    let rest = rest.strip_prefix('-')?;
    number.bytes().all(|b| b.is_ascii_digit()).then_some(rest)
}

#[cfg(test)]
mod tests;
