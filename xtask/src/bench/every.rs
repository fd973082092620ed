//! From a save to a verdict for every plain host exercise, gates included: under `watch` and by `verify`, beside bare
//! nextest, and beside the [floor](super::floor).

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use workbook::catalog::Exercise;
use workbook_run::{check::RunLock, context::Context, start::Usage, ui};

use super::{
    floor,
    saves::{Copy, is_plain, median, percentile},
};

/// Medians of one exercise, in milliseconds.
#[derive(Debug, Serialize)]
pub struct Row {
    exercise: String,
    gates: usize,
    watch: f64,
    verify: f64,
    nextest: f64,
    floor: f64,
}

/// A ratio over all exercises.
#[derive(Debug, Serialize)]
pub struct Spread {
    p50: f64,
    p95: f64,
}

/// All rows, and what they come to.
#[derive(Debug, Serialize)]
pub struct Table {
    schema: u32,
    saves: u32,
    rows: Vec<Row>,
    /// `watch` by bare nextest.
    watch_by_nextest: Spread,
    /// `verify` by bare nextest.
    verify_by_nextest: Spread,
    /// `watch` by the floor.
    watch_by_floor: Spread,
}

/// Measures those of these exercises that run on the host and need nothing else, by this many saves of each kind.
///
/// # Errors
/// If there is none, the workspace can't be copied, or a reference does not pass.
pub fn measure(ctx: &Context, exercises: &[&Exercise], saves: u32, quiet: bool) -> Result<Table> {
    let plain: Vec<&Exercise> = exercises
        .iter()
        .copied()
        .filter(|exercise| is_plain(exercise))
        .collect();
    if plain.is_empty() {
        return Err(Usage("none of these exercises runs on the host alone".to_owned()).into());
    }
    let _lock = RunLock::acquire(ctx)?;
    let bar = ui::Progress::new(ctx.terminal, quiet);
    bar.say("copying the workspace");
    let copy = Copy::of(ctx, &plain)?;
    let mut rows = Vec::new();
    for (at, exercise) in plain.iter().enumerate() {
        let say = |what: &str| {
            bar.say(&format!(
                "{} of {}: {}, {what}",
                at + 1,
                plain.len(),
                exercise.id
            ));
        };
        say("under watch");
        let watch = copy.under_watch(ctx, exercise, saves)?;
        say("by verify");
        let verify = copy.under_verify(ctx, exercise, saves)?;
        say("under bare cargo nextest");
        let nextest = copy.under_nextest(ctx, exercise, saves)?;
        say("the compiler alone");
        rows.push(Row {
            exercise: exercise.id.to_string(),
            gates: exercise.gates.len(),
            watch: median(&watch),
            verify: median(&verify),
            nextest: median(&nextest),
            floor: floor::measure(ctx, &copy, exercise, saves)?,
        });
    }
    Ok(Table::of(rows, saves))
}

impl Table {
    fn of(rows: Vec<Row>, saves: u32) -> Self {
        let spread = |ratio: fn(&Row) -> f64| {
            let ratios: Vec<f64> = rows.iter().map(ratio).collect();
            Spread {
                p50: median(&ratios),
                p95: percentile(&ratios, 0.95),
            }
        };
        Self {
            schema: 1,
            saves,
            watch_by_nextest: spread(|row| row.watch / row.nextest),
            verify_by_nextest: spread(|row| row.verify / row.nextest),
            watch_by_floor: spread(|row| row.watch / row.floor),
            rows,
        }
    }
}

/// The table for people.
pub fn text(table: &Table) -> String {
    let names = table.rows.iter().map(|row| row.exercise.len());
    let wide = names.max().unwrap_or(0).max("exercise".len());
    let mut text = format!(
        "From a save to the verdict, in ms: medians of {} saves, warm, on this machine\n\n",
        table.saves
    );
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "  {:wide$}  gates   watch  verify  nextest   floor  watch : nextest  watch : floor",
        "exercise"
    );
    for row in &table.rows {
        let _ = writeln!(
            text,
            "  {:wide$}  {:>5}  {:>6.0}  {:>6.0}  {:>7.0}  {:>6.0}  {:>15.2}  {:>13.2}",
            row.exercise,
            row.gates,
            row.watch,
            row.verify,
            row.nextest,
            row.floor,
            row.watch / row.nextest,
            row.watch / row.floor
        );
    }
    text.push('\n');
    for (what, spread) in [
        ("watch : nextest", &table.watch_by_nextest),
        ("verify : nextest", &table.verify_by_nextest),
        ("watch : floor", &table.watch_by_floor),
    ] {
        let _ = writeln!(
            text,
            "  {what:<16}  p50 {:.2}  p95 {:.2}",
            spread.p50, spread.p95
        );
    }
    text.push_str(
        "\nThe floor is rustc, the linker and the slowest test. Bare nextest runs no gates.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_each_exercise_and_the_spread() {
        let row = |exercise: &str, gates, watch| Row {
            exercise: exercise.to_owned(),
            gates,
            watch,
            verify: watch + 100.0,
            nextest: 500.0,
            floor: 200.0,
        };
        let rows = vec![
            row("a/b", 0, 300.0),
            row("chapter/name", 2, 450.0),
            row("c/d", 1, 350.0),
        ];
        insta::assert_snapshot!(text(&Table::of(rows, 5)));
    }
}
