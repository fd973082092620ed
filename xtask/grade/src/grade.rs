//! `cargo xtask grade`: a mark and a report from somebody else's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use workbook::{
    catalog::{Catalog, Exercise},
    exit::Exit,
    outcome::{Outcome, Verdict},
    plan::Side,
    report::{Report, junit},
    score,
    select::select,
};

use workbook_run::{
    check::{self, Options, RunLock},
    context::Context,
    pristine::Pristine,
    stage::{Overlay, overlay_from, package_files},
    start::Usage,
    terminal, ui,
};
use workbook_tools::Choice;

/// What to grade.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Folders: a clone of the workbook, or (with one --exercise) a folder shaped like the exercise's
    #[arg(required = true)]
    pub submissions: Vec<PathBuf>,
    /// Grade only these exercises: ids, chapters or globs
    #[arg(long = "exercise", short = 'e', value_name = "PATTERN")]
    pub exercises: Vec<String>,
    /// A folder shaped like exercises/ whose tests are added: NN-chapter/NN-name/tests/*.rs
    #[arg(long, value_name = "DIR")]
    pub hidden: Option<PathBuf>,
    /// Print the report as JSON: one object for one submission, an array for several
    #[arg(long)]
    pub json: bool,
    /// Write a JUnit report to this file as well (one submission only)
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Show long messages in full
    #[arg(long, short)]
    pub verbose: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
}

/// Grades each submission in turn.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    if args.junit.is_some() && args.submissions.len() > 1 {
        return Err(Usage(
            "--junit takes one submission; grade them one by one, or use --json".to_owned(),
        )
        .into());
    }
    let catalog = ctx.catalog()?;
    let exercises = select(&catalog, &args.exercises)?;
    let hidden = args
        .hidden
        .as_deref()
        .map(|dir| hidden_tests(dir, &catalog))
        .transpose()?
        .unwrap_or_default();
    own_clone_is_sound(ctx, &exercises)?;
    let _lock = RunLock::acquire(ctx)?;
    let mut reports = Vec::new();
    let mut all = Vec::new();
    for submission in &args.submissions {
        let outcomes = grade(ctx, args, submission, &exercises, &hidden)?;
        all.extend(outcomes.clone());
        let side = Side::Submission(name_of(submission));
        reports.push(Report::new(
            &side,
            exercises.iter().copied().zip(outcomes).collect(),
        ));
    }
    if ctx.cancel.is_raised() {
        bail!("stopped; no mark was given");
    }
    if let (Some(file), [report]) = (&args.junit, reports.as_slice()) {
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        fs::write(file, junit::render(report))
            .with_context(|| format!("failed to write {}", file.display()))?;
    }
    match reports.as_slice() {
        [report] => ui::print(ctx, report, args.json, args.verbose)?,
        several if args.json => terminal::print_json(&several)?,
        several => {
            for report in several {
                terminal::print(&format!("{}\n", report.side))?;
                ui::print(ctx, report, false, args.verbose)?;
            }
        }
    }
    Ok(score::exit(&all, false))
}

fn grade(
    ctx: &Context,
    args: &Args,
    submission: &Path,
    exercises: &[&Exercise],
    hidden: &[(PathBuf, Overlay)],
) -> Result<Vec<Outcome>> {
    if !submission.is_dir() {
        return Err(Usage(format!("{} is no folder", submission.display())).into());
    }
    let pristine = Pristine::load(ctx)?;
    let mut overlays = Vec::new();
    let mut notes = Vec::new();
    for exercise in exercises {
        let dir = folder_in(submission, exercise, exercises.len() == 1);
        let mut overlay = overlay_from(&dir, exercise)?;
        notes.push((overlay.is_empty(), ignored(&dir, exercise, &pristine)));
        for (_, tests) in hidden.iter().filter(|(place, _)| *place == exercise.dir) {
            overlay.extend(tests.clone());
        }
        overlays.push((*exercise, overlay));
    }
    let bar = ui::Progress::new(ctx.terminal, args.json);
    let side = Side::Submission(name_of(submission));
    let options = Options {
        setup: &args.setup,
        fresh: true,
        named: true,
    };
    let mut outcomes = check::staged(ctx, side, &overlays, options, &|event| bar.on(&event))?;
    drop(bar);
    for ((outcome, (exercise, overlay)), (absent, ignored)) in
        outcomes.iter_mut().zip(&overlays).zip(notes)
    {
        mark_hidden(outcome, exercise, hidden);
        let untouched = exercise.edit.iter().all(|path| {
            overlay
                .get(path)
                .is_none_or(|bytes| pristine.is_original(&exercise.dir.join(path), bytes))
        });
        if absent {
            outcome
                .notes
                .push("the submission does not hold this exercise".to_owned());
        }
        if untouched && outcome.verdict != Verdict::Passed && outcome.verdict != Verdict::Blocked {
            outcome.verdict = Verdict::Pending;
        }
        if let Some(word) = suspicious(overlay, exercise, &pristine) {
            outcome.notes.push(format!(
                "its code mentions `{word}`, with which a test's process can be deceived: read it before you trust the mark"
            ));
        }
        if !ignored.is_empty() {
            outcome.notes.push(format!(
                "ignored, since they may not be edited: {}",
                ignored.join(", ")
            ));
        }
    }
    Ok(outcomes)
}

/// A word in a submission by which code could end or imitate the harness in its own process. No
/// proof of anything, and no verdict hangs on it: a reason for a person to read the file.
fn suspicious(overlay: &Overlay, exercise: &Exercise, pristine: &Pristine) -> Option<&'static str> {
    let own = exercise.edit.iter().filter_map(|path| {
        let bytes = overlay.get(path)?;
        let original = pristine.is_original(&exercise.dir.join(path), bytes);
        (!original).then(|| String::from_utf8_lossy(bytes))
    });
    let words = [
        "process::exit",
        "env::args",
        "logfile",
        "/proc/",
        "ctor",
        "link_section",
        "process.exit",
    ];
    let texts: Vec<_> = own.collect();
    words
        .into_iter()
        .find(|word| texts.iter().any(|text| text.contains(word)))
}

/// Where a submission keeps an exercise: as in a clone or, when only one is graded, at its top.
fn folder_in(submission: &Path, exercise: &Exercise, only: bool) -> PathBuf {
    let as_in_a_clone = submission.join(&exercise.dir);
    if !as_in_a_clone.is_dir() && only {
        submission.to_owned()
    } else {
        as_in_a_clone
    }
}

/// Files that the submission carries, that may not be edited, and that differ from the originals.
fn ignored(dir: &Path, exercise: &Exercise, pristine: &Pristine) -> Vec<String> {
    let files = package_files(dir).unwrap_or_default();
    let foreign = files.iter().filter(|(path, bytes)| {
        !exercise.edit.contains(path) && !pristine.is_original(&exercise.dir.join(path), bytes)
    });
    let mut names: Vec<String> = foreign
        .map(|(path, _)| path.display().to_string())
        .collect();
    if names.len() > 10 {
        let more = names.len() - 10;
        names.truncate(10);
        names.push(format!("and {more} more"));
    }
    names
}

/// The hidden tests by exercise folder; what does not fit an exercise is an error, since a test
/// that is silently left out gives marks that nobody earned.
fn hidden_tests(dir: &Path, catalog: &Catalog) -> Result<Vec<(PathBuf, Overlay)>> {
    if !dir.is_dir() {
        return Err(Usage(format!("--hidden {} is no folder", dir.display())).into());
    }
    let mut found = Vec::new();
    for exercise in &catalog.exercises {
        let own = dir.join(&exercise.place);
        if !own.is_dir() {
            continue;
        }
        let files = package_files(&own)?;
        for path in files.keys() {
            if !path.starts_with("tests") {
                bail!(
                    "{}: hidden tests lie under tests/, so this would not be run",
                    own.join(path).display()
                );
            }
            if catalog.root.join(&exercise.dir).join(path).exists() {
                bail!(
                    "{}: a visible test has this name already; rename the hidden one",
                    own.join(path).display()
                );
            }
        }
        found.push((exercise.dir.clone(), files));
    }
    if found.is_empty() {
        bail!(
            "--hidden {}: it holds no tests; they lie under NN-chapter/NN-name/tests/, as in exercises/",
            dir.display()
        );
    }
    Ok(found)
}

/// Tells the results of hidden tests from the visible ones'.
fn mark_hidden(outcome: &mut Outcome, exercise: &Exercise, hidden: &[(PathBuf, Overlay)]) {
    let texts: Vec<String> = hidden
        .iter()
        .filter(|(place, _)| *place == exercise.dir)
        .flat_map(|(_, files)| files.values())
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for test in &mut outcome.tests {
        let short = test.name.rsplit("::").next().unwrap_or(&test.name);
        test.hidden = texts
            .iter()
            .any(|text| text.contains(&format!("fn {short}(")));
    }
}

/// Marks come from this clone's tests: they must be the published ones.
fn own_clone_is_sound(ctx: &Context, exercises: &[&Exercise]) -> Result<()> {
    let pristine = Pristine::load(ctx)?;
    for exercise in exercises {
        if let Some(file) = pristine.tampered(&ctx.root, exercise).first() {
            bail!(
                "{} differs from the published file, so marks would not be comparable; `cargo xtask reset {} --tests` puts it back",
                exercise.dir.join(file).display(),
                exercise.id
            );
        }
    }
    Ok(())
}

fn name_of(submission: &Path) -> String {
    let path = fs::canonicalize(submission).unwrap_or_else(|_| submission.to_owned());
    let name = path.file_name().map_or_else(
        || "submission".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}
