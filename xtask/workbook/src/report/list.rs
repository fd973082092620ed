//! The table of `cargo xtask list`.

use serde::Serialize;

use crate::{
    catalog::{Exercise, Gate, Profile, Tier},
    id::ExerciseId,
    outcome::BackendKind,
};

/// One exercise in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// Which exercise.
    pub id: ExerciseId,
    /// The title of its page.
    pub title: String,
    /// Its cargo package.
    pub package: String,
    /// Its folder, relative to the root, with forward slashes.
    pub dir: String,
    /// Its page, relative to the root, with forward slashes.
    pub page: String,
    /// What a pass is worth.
    pub points: u32,
    /// How hard it is.
    pub tier: Tier,
    /// Where its tests run.
    pub backends: Vec<BackendKind>,
    /// The only files that a submission may change, relative to `dir`, with forward slashes.
    pub edit: Vec<String>,
    /// Tools beyond the backends' own.
    pub needs: Vec<String>,
    /// Why the untouched stub fails: `test:NAME` or `error:CODE`.
    pub stub: String,
    /// Lints that a solution must pass too.
    pub gates: Vec<Gate>,
    /// Rows of the curriculum.
    pub covers: Vec<String>,
    /// How long one test may take, in seconds.
    pub timeout_seconds: u64,
    /// How its tests are built.
    pub profile: Profile,
    /// Whether it has benchmarks.
    pub benches: bool,
    /// A verdict's name, or `pending` for an untouched stub, or `changed` since its last verdict.
    pub state: String,
    /// Whether it has been passed, now or before.
    pub done: bool,
}

impl ListRow {
    /// The row of `exercise`.
    pub fn new(exercise: &Exercise, state: impl Into<String>, done: bool) -> Self {
        let slashed = |path: &std::path::Path| path.to_string_lossy().replace('\\', "/");
        Self {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            package: exercise.package.clone(),
            dir: slashed(&exercise.dir),
            page: slashed(&exercise.page()),
            points: exercise.points,
            tier: exercise.tier,
            backends: exercise.backends.clone(),
            edit: exercise.edit.iter().map(|path| slashed(path)).collect(),
            needs: exercise.needs.clone(),
            stub: exercise.stub.to_string(),
            gates: exercise.gates.clone(),
            covers: exercise.covers.clone(),
            timeout_seconds: exercise.timeout.as_secs(),
            profile: exercise.profile,
            benches: exercise.benches,
            state: state.into(),
            done,
        }
    }
}

#[derive(Serialize)]
struct Listing<'a> {
    schema: u32,
    exercises: &'a [ListRow],
}

/// The rows as pretty JSON with a newline at its end.
pub fn json(rows: &[ListRow]) -> String {
    let listing = Listing {
        schema: 1,
        exercises: rows,
    };
    let mut text = serde_json::to_string_pretty(&listing).unwrap_or_default();
    text.push('\n');
    text
}

/// The rows as a table, grouped by chapter.
pub fn render(rows: &[ListRow], _color: bool, _width: usize) -> String {
    rows.iter()
        .map(|row| format!("{} {}\n", row.id, row.state))
        .collect()
}
