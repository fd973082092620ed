//! `cargo xtask grade`: a mark and a report from somebody else's files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use workbook::{
    catalog::{Catalog, Exercise},
    exit::Exit,
    judge::Outcome,
    outcome::{Evidence, TestId},
    plan::Side,
    report::{Format as _, Junit, Report},
    score,
    select::select,
};

use workbook_run::{
    check::{self, Asked, Options, RunLock},
    context::Context,
    files::{Overlay, Refusal, overlay_from, package_files},
    pristine::{LOCK, Pristine},
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
        fs::write(file, Junit.render(report))
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
    let only = exercises.len() == 1;
    let asked = exercises
        .iter()
        .map(|exercise| ask(submission, exercise, only, hidden, &pristine))
        .collect::<Result<Vec<_>>>()?;
    let bar = ui::Progress::new(ctx.terminal, args.json);
    let side = Side::Submission(name_of(submission));
    let options = Options {
        setup: &args.setup,
        fresh: true,
        named: true,
    };
    check::submission(ctx, side, asked, options, &|event| bar.on(&event))
}

/// An exercise as the submission has it, with the hidden tests, and what is to be known of it.
fn ask<'a>(
    submission: &Path,
    exercise: &'a Exercise,
    only: bool,
    hidden: &[(PathBuf, Overlay)],
    pristine: &Pristine,
) -> Result<Asked<'a>> {
    let dir = folder_in(submission, exercise, only);
    let mut overlay = match overlay_from(&dir, exercise) {
        Ok(overlay) => overlay,
        Err(error) => {
            // Whatever else went wrong is no fault of the submission.
            let Refusal(why) = error.downcast()?;
            return Ok(Asked {
                exercise,
                overlay: Some(Overlay::new()),
                known: vec![Evidence::Refused(why)],
            });
        }
    };
    let known = known(&dir, exercise, &overlay, pristine);
    let mut binaries = BTreeSet::new();
    for (_, tests) in hidden.iter().filter(|(place, _)| *place == exercise.dir) {
        let of = |path: &PathBuf| TestId::binary_of(&exercise.package, path);
        binaries.extend(tests.keys().filter_map(of));
        overlay.extend(tests.clone());
    }
    let hidden = (!binaries.is_empty()).then_some(Evidence::Hidden(binaries));
    Ok(Asked {
        exercise,
        overlay: Some(overlay),
        known: known.into_iter().chain(hidden).collect(),
    })
}

/// What the submitted files tell before they are run.
fn known(dir: &Path, exercise: &Exercise, overlay: &Overlay, pristine: &Pristine) -> Vec<Evidence> {
    let mut known = Vec::new();
    let is_original = |path: &PathBuf| {
        let bytes = overlay.get(path);
        bytes.is_none_or(|bytes| pristine.is_original(&exercise.dir.join(path), bytes))
    };
    if exercise.edit.iter().all(is_original) {
        known.push(Evidence::Untouched);
    }
    let mut note = |text: String| known.push(Evidence::Note(text));
    if overlay.is_empty() {
        note("the submission does not hold this exercise".to_owned());
    }
    if let Some(word) = suspicious(overlay, exercise, pristine) {
        note(format!(
            "its code mentions `{word}`, with which a test's process can be deceived: read it before you trust the mark"
        ));
    }
    let ignored = ignored(dir, exercise, pristine);
    if !ignored.is_empty() {
        note(format!(
            "ignored, since they may not be edited: {}",
            ignored.join(", ")
        ));
    }
    known
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

/// Marks come from this clone's tests: they must be the published ones.
fn own_clone_is_sound(ctx: &Context, exercises: &[&Exercise]) -> Result<()> {
    let pristine = Pristine::load(ctx)?;
    for exercise in exercises {
        let mut stubs = exercise.edit.iter().map(|path| exercise.dir.join(path));
        if let Some(stub) = stubs.find(|stub| !pristine.has(stub)) {
            bail!(
                "{} is not in {LOCK}, so nobody can tell its stub from an answer; `git checkout {LOCK}`, or, if the exercise is new, `cargo xtask audit --bless {}`",
                stub.display(),
                exercise.id
            );
        }
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
