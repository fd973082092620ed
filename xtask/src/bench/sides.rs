//! An exercise's own benchmarks: the learner beside the reference and the naive version.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use walkdir::WalkDir;
use workbook::{catalog::Exercise, plan::Side};
use workbook_run::{
    context::Context,
    exec::{self, Cmd},
    files::overlay_from,
    stage::Stage,
    terminal, ui,
};

/// Median times of one benchmark, in nanoseconds, by side.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Row {
    exercise: String,
    benchmark: String,
    yours: Option<f64>,
    reference: Option<f64>,
    naive: Option<f64>,
}

/// The figures of one exercise, side by side.
pub fn measure(ctx: &Context, exercise: &Exercise, without_learner: bool) -> Result<Vec<Row>> {
    let solution = ctx.root.join(exercise.solution_dir());
    let stage = |side: Side, dir: PathBuf| -> Result<Stage> {
        Stage::create(ctx, side, &[(exercise, overlay_from(&dir, exercise)?)])
    };
    let mut stages = vec![stage(Side::Solutions, solution.clone())?];
    let naive = solution.join("traps/naive");
    if naive.is_dir() {
        stages.push(stage(Side::Trap("naive".to_owned()), naive)?);
    }
    if !without_learner {
        stages.insert(0, Stage::learner(ctx));
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for stage in &stages {
        let home = ctx
            .scratch_dir()?
            .join("criterion")
            .join(stage.side.name())
            .join(&exercise.package);
        // A figure of a former run must not stand in for one that is missing now.
        let _ = fs::remove_dir_all(&home);
        run_benches(ctx, exercise, stage, &home)?;
        for (name, nanos) in medians(&home) {
            let row = rows.entry(name.clone()).or_insert_with(|| Row {
                exercise: exercise.id.to_string(),
                benchmark: name,
                ..Row::default()
            });
            match stage.side {
                Side::Learner => row.yours = Some(nanos),
                Side::Solutions => row.reference = Some(nanos),
                _ => row.naive = Some(nanos),
            }
        }
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by(|a, b| in_order(&a.benchmark).cmp(&in_order(&b.benchmark)));
    Ok(rows)
}

fn run_benches(ctx: &Context, exercise: &Exercise, stage: &Stage, home: &Path) -> Result<()> {
    let bar = ui::Progress::new(ctx.terminal, false);
    bar.say(&format!("measuring {} ({})", exercise.id, stage.side));
    let mut names: Vec<String> = fs::read_dir(stage.package_dir(exercise).join("benches"))
        .with_context(|| format!("failed to read the benches of {}", exercise.id))?
        .flatten()
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .strip_suffix(".rs")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    let cmd = Cmd::new("cargo")
        .arg("bench")
        .args(stage.select([exercise]))
        .args(names.iter().flat_map(|name| ["--bench", name]))
        .env("CARGO_TARGET_DIR", &stage.target_dir)
        .env("CRITERION_HOME", home)
        .cwd(&stage.dir);
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    match output.exit {
        exec::Exit::Code(0) => Ok(()),
        exec::Exit::Cancelled => bail!("stopped"),
        _ => {
            drop(bar);
            let said = output.stderr();
            let tail: Vec<&str> = said.lines().rev().take(12).collect();
            terminal::note(&format!(
                "{} ({}) does not run to its end:",
                exercise.id, stage.side
            ));
            tail.iter()
                .rev()
                .for_each(|line| terminal::note(&format!("  {line}")));
            Ok(())
        }
    }
}

/// The median of every benchmark below criterion's folder, in nanoseconds.
fn medians(home: &Path) -> Vec<(String, f64)> {
    let files = WalkDir::new(home)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| entry.path().ends_with("new/estimates.json"));
    let read = |path: &Path| -> Option<(String, f64)> {
        let name = path
            .parent()?
            .parent()?
            .strip_prefix(home)
            .ok()?
            .display()
            .to_string();
        let estimates: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some((name, estimates["median"]["point_estimate"].as_f64()?))
    };
    files.filter_map(|entry| read(entry.path())).collect()
}

/// What a benchmark's id sorts by: its sizes as numbers, so that 1024 comes before 32768.
fn in_order(id: &str) -> Vec<(Option<u64>, &str)> {
    let parts = id.split('/');
    parts.map(|part| (part.parse().ok(), part)).collect()
}

/// The figures for people.
pub fn table(rows: &[Row]) -> String {
    let wide = rows
        .iter()
        .map(|row| row.benchmark.len())
        .max()
        .unwrap_or(0)
        .max("benchmark".len());
    let mut text = String::new();
    let mut last = "";
    for row in rows {
        if row.exercise != last {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{}{}\n",
                if last.is_empty() { "" } else { "\n" },
                row.exercise
            );
            let _ = writeln!(
                text,
                "  {:wide$}  {:>12}  {:>12}  {:>12}  yours : reference",
                "benchmark", "yours", "reference", "naive"
            );
            last = &row.exercise;
        }
        let ratio = match (row.yours, row.reference) {
            (Some(yours), Some(reference)) => format!("{:.2}", yours / reference),
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {:wide$}  {:>12}  {:>12}  {:>12}  {ratio:>17}",
            row.benchmark,
            in_words(row.yours),
            in_words(row.reference),
            in_words(row.naive)
        );
    }
    text.push_str(
        "\nMedian wall times on this machine, for people; verdicts count instructions instead.\n",
    );
    text
}

/// A time with a unit that keeps the number short.
fn in_words(nanos: Option<f64>) -> String {
    match nanos {
        None => "-".to_owned(),
        Some(nanos) if nanos < 1e3 => format!("{nanos:.1} ns"),
        Some(nanos) if nanos < 1e6 => format!("{:.2} µs", nanos / 1e3),
        Some(nanos) if nanos < 1e9 => format!("{:.2} ms", nanos / 1e6),
        Some(nanos) => format!("{:.2} s", nanos / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_sort_as_numbers() {
        let mut ids = ["sum/32768", "sum/1024", "sum/2097152", "copy/8"];
        ids.sort_by_key(|id| in_order(id));
        assert_eq!(ids, ["copy/8", "sum/1024", "sum/32768", "sum/2097152"]);
    }

    #[test]
    fn a_table_shows_what_is_missing() {
        let row = Row {
            exercise: "a/b".to_owned(),
            benchmark: "sum/1024".to_owned(),
            yours: None,
            reference: Some(512.0),
            naive: Some(2_048_000.0),
        };
        insta::assert_snapshot!(table(&[row]));
    }
}
