//! The table of `cargo xtask list`.

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::{Format, Terminal, columns::*};
use crate::{
    backend::BackendKind,
    catalog::{Artifact, Exercise, Gate, Kind, Profile, Tier},
    covers,
    id::ExerciseId,
    text,
};

/// One exercise in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// Which exercise.
    pub id: ExerciseId,
    /// The chapter that it stands in.
    pub chapter: String,
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
    /// What is built for another target before the host tests.
    pub artifacts: Vec<Artifact>,
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
    /// What the learner writes.
    pub kind: Kind,
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
        Self {
            id: exercise.id.clone(),
            chapter: exercise.chapter().to_owned(),
            title: exercise.title.clone(),
            package: exercise.package.clone(),
            dir: text::slashed(&exercise.dir),
            page: text::slashed(&exercise.page()),
            points: exercise.points,
            tier: exercise.tier,
            backends: exercise.backends.clone(),
            edit: exercise
                .edit
                .iter()
                .map(|path| text::slashed(path))
                .collect(),
            needs: exercise.needs.clone(),
            artifacts: exercise.artifacts.clone(),
            stub: exercise.stub.to_string(),
            gates: exercise.gates.clone(),
            covers: exercise.covers.clone(),
            timeout_seconds: exercise.timeout.as_secs(),
            profile: exercise.profile,
            kind: exercise.kind,
            benches: exercise.benches,
            state: state.into(),
            done,
        }
    }
}

/// The exercises, as `cargo xtask list` tells them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// The version of this shape in JSON: 1.
    pub schema: u32,
    /// The exercises, in the book's order.
    pub exercises: Vec<ListRow>,
}

impl Listing {
    /// The list of these.
    pub fn new(exercises: Vec<ListRow>) -> Self {
        Self {
            schema: 1,
            exercises,
        }
    }
}

/// A table, grouped by chapter; titles where there is room. What an exercise covers is given in full, on lines of its
/// own where the column is too narrow.
impl Format<Listing> for Terminal {
    fn render(&self, listing: &Listing) -> String {
        let rows = &listing.exercises;
        let paint = Paint { color: self.color };
        let table = Table::of(rows, self.width);
        let mut text = String::new();
        let mut chapter = "";
        for row in rows {
            if row.chapter != chapter {
                chapter = &row.chapter;
                text.push_str(&paint.with(STRONG, chapter));
                text.push('\n');
            }
            text.push_str(table.row(row, paint).trim_end());
            text.push('\n');
        }
        let done: Vec<&ListRow> = rows.iter().filter(|row| row.done).collect();
        let points: u32 = done.iter().map(|row| row.points).sum();
        let max: u32 = rows.iter().map(|row| row.points).sum();
        let done = paint.with(STRONG, &format!("{} of {} done", done.len(), rows.len()));
        text.push_str(&format!("\n{done} · {points} of {max} points\n"));
        text
    }
}

/// The widths of the columns.
struct Table {
    id: usize,
    tier: usize,
    points: usize,
    backends: usize,
    state: usize,
    /// 0 where there is no room.
    title: usize,
    /// 0 where there is no room.
    covers: usize,
    /// Of the terminal.
    width: usize,
}

/// How far what an exercise covers is indented on lines of its own.
const COVERS_INDENT: usize = 6;

impl Table {
    fn of(rows: &[ListRow], width: usize) -> Self {
        let column = |cell: &dyn Fn(&ListRow) -> String| {
            let cells: Vec<String> = rows.iter().map(cell).collect();
            widest(cells.iter().map(String::as_str))
        };
        let mut table = Self {
            id: column(&|row| row.id.to_string()),
            tier: column(&|row| row.tier.name().to_owned()),
            points: column(&|row| row.points.to_string()),
            backends: column(&backends),
            state: column(&|row| row.state.clone()),
            title: column(&|row| row.title.clone()),
            covers: column(&covers),
            width,
        };
        // Two spaces, the mark, and gaps of two.
        let fixed = 4 + table.id + 2 + table.state + 2 + table.tier + 2 + table.points + 2;
        table.backends = table.backends.min(width.saturating_sub(fixed).max(8));
        let room = width.saturating_sub(fixed + table.backends);
        table.covers = fitting(table.covers, room);
        table.title = fitting(table.title, room.saturating_sub(table.covers + 2));
        table
    }

    fn row(&self, row: &ListRow, paint: Paint) -> String {
        let (mark, style) = match row.state.as_str() {
            "failed" | "compile-error" | "timed-out" | "tampered" | "refused" => ("✗", BAD),
            "blocked" => ("!", ODD),
            _ if row.done => ("✓", GOOD),
            "changed" => ("~", ODD),
            _ => ("·", FAINT),
        };
        let mut text = format!(
            "  {} {}  {}  {}  {}  {}",
            paint.with(style, mark),
            left(&row.id.to_string(), self.id),
            paint.with(style, &left(&row.state, self.state)),
            left(row.tier.name(), self.tier),
            right(&row.points.to_string(), self.points),
            left(&cut(&backends(row), self.backends), self.backends),
        );
        if self.title > 0 {
            let title = left(&cut(&row.title, self.title), self.title);
            text.push_str("  ");
            text.push_str(&paint.with(FAINT, &title));
        }
        let covers = covers(row);
        if covers.width() <= self.covers {
            text.push_str("  ");
            text.push_str(&paint.with(FAINT, &covers));
        } else {
            text.truncate(text.trim_end().len());
            for line in textwrap::wrap(&covers, self.width.saturating_sub(COVERS_INDENT)) {
                text.push('\n');
                text.push_str(&" ".repeat(COVERS_INDENT));
                text.push_str(&paint.with(FAINT, &line));
            }
        }
        text
    }
}

/// `wanted`, or what fits into `room` with a gap before it; 0 if that is too little to read.
fn fitting(wanted: usize, room: usize) -> usize {
    let width = wanted.min(room.saturating_sub(2));
    if width < 12.min(wanted) { 0 } else { width }
}

/// Without the names of their groups, which the map in the book gives.
fn covers(row: &ListRow) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in row.covers.iter().map(|key| covers::short(key)) {
        // An area and an item of the review may have the same name.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn backends(row: &ListRow) -> String {
    row.backends
        .iter()
        .map(|backend| backend.name())
        .collect::<Vec<_>>()
        .join(", ")
}
