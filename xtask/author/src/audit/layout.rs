//! Whether an exercise's files are there, in form, and no others.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use workbook::{catalog::Exercise, page};

use super::{Check, Findings, answer, manifest, mutants, subject::Subject};
use workbook::hints;
use workbook_run::{
    context::Context,
    files::{overlay_from, package_files},
};

/// What `cargo xtask new` leaves wherever an author has to write something.
pub const MARK: &str = "TODO(author)";

/// How many hints an exercise has.
const HINTS: usize = 3;

/// Looks at all files of one exercise.
pub fn look<'a>(
    ctx: &Context,
    exercise: &'a Exercise,
    findings: &mut Findings,
) -> Result<Subject<'a>> {
    let own = package_files(&ctx.root.join(&exercise.dir))?;
    let solution = exercise.solution_dir();
    let mut subject = Subject {
        exercise,
        reference: None,
        traps: Vec::new(),
        variants: Vec::new(),
        runnable: true,
    };
    strays(
        exercise,
        &exercise.dir,
        own.keys(),
        |path| is_part_of_exercise(path) || mutants::belongs(exercise, path),
        findings,
    );
    subject.runnable &= !unfinished(exercise, &exercise.dir, &own, findings);
    subject.runnable &= manifest::look(ctx, exercise, findings)?;
    subject.runnable &= mutants::look(ctx, exercise, &own, findings)?;
    for path in exercise.edit.iter().filter(|path| !own.contains_key(*path)) {
        let message = format!(
            "the manifest's `edit` names `{}`, which is not there; write the stub, or mend `edit`.",
            path.display()
        );
        findings.problem(
            exercise,
            Check::Layout,
            exercise.dir.join("Cargo.toml"),
            message,
        );
    }
    hints(ctx, exercise, findings);
    page(ctx, exercise, findings);
    if !ctx.root.join(&solution).is_dir() {
        findings.problem(
            exercise,
            Check::Layout,
            &solution,
            "there is no solution; write the reference, NOTES.md and the traps there.",
        );
        return Ok(subject);
    }
    let files = package_files(&ctx.root.join(&solution))?;
    subject.runnable &= !unfinished(exercise, &solution, &files, findings);
    reference(ctx, &mut subject, &files, findings)?;
    let known = answer::look::look(ctx, &mut subject, findings)?;
    let belongs = |path: &Path| {
        path == Path::new("NOTES.md")
            || exercise.edit.iter().any(|edit| edit == path)
            || known.has(exercise, path)
    };
    strays(exercise, &solution, files.keys(), belongs, findings);
    Ok(subject)
}

fn is_part_of_exercise(path: &Path) -> bool {
    let folders = ["src", "tests", "benches", "examples"];
    let files = ["Cargo.toml", "hints.md", "build.rs"];
    folders.iter().any(|folder| path.starts_with(folder))
        || files.iter().any(|file| path == Path::new(file))
}

fn strays<'a>(
    exercise: &Exercise,
    dir: &Path,
    files: impl Iterator<Item = &'a PathBuf>,
    belongs: impl Fn(&Path) -> bool,
    findings: &mut Findings,
) {
    for path in files.filter(|path| !belongs(path)) {
        findings.problem(
            exercise,
            Check::Layout,
            dir.join(path),
            "this file is no part of an exercise; move it where it belongs, or remove it.",
        );
    }
}

/// Reports every mark of the scaffold. Marks in prose leave the code worth running.
fn unfinished(
    exercise: &Exercise,
    dir: &Path,
    files: &BTreeMap<PathBuf, Vec<u8>>,
    findings: &mut Findings,
) -> bool {
    let mut in_code = false;
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        in_code |= marks(exercise, &dir.join(path), &text, findings)
            && path.extension().is_none_or(|extension| extension != "md");
    }
    in_code
}

fn marks(exercise: &Exercise, file: &Path, text: &str, findings: &mut Findings) -> bool {
    let mut any = false;
    for (at, line) in text.lines().enumerate() {
        if let Some((_, wish)) = line.split_once(MARK) {
            any = true;
            let wish = wish.trim_matches(|c: char| {
                c == ':' || c == '"' || c == ')' || c == ';' || c == ',' || c.is_whitespace()
            });
            let wish = wish.trim_end_matches("-->").trim_end();
            findings.problem(
                exercise,
                Check::Unfinished,
                file,
                format!("line {} is still to be filled in: {wish}", at + 1),
            );
        }
    }
    any
}

fn hints(ctx: &Context, exercise: &Exercise, findings: &mut Findings) {
    let file = exercise.dir.join("hints.md");
    let Ok(text) = fs::read_to_string(ctx.root.join(&file)) else {
        let message = "there are no hints; write three sections `## …`: where to look, which tool, nearly the answer.";
        findings.problem(exercise, Check::Layout, file, message);
        return;
    };
    let hints = hints::split(&text);
    if hints.len() != HINTS {
        let message = format!(
            "there are {} hints and there should be {HINTS}, each a section `## …`: where to look, which tool, nearly the answer.",
            hints.len()
        );
        findings.problem(exercise, Check::Layout, &file, message);
    }
    for (heading, _) in hints
        .iter()
        .filter(|(heading, body)| heading.is_empty() || body.is_empty())
    {
        findings.problem(
            exercise,
            Check::Layout,
            &file,
            format!("the hint `{heading}` is empty; each needs a heading and a text."),
        );
    }
}

fn page(ctx: &Context, exercise: &Exercise, findings: &mut Findings) {
    let page = exercise.page();
    let read = |file: &Path| fs::read_to_string(ctx.root.join(file)).ok();
    let text = read(&page);
    let summary = read(Path::new("book/src/SUMMARY.md")).unwrap_or_default();
    for problem in page::problems(exercise, text.as_deref(), &summary) {
        let message = format!("{}.", problem.message);
        findings.problem(exercise, Check::Layout, problem.file, message);
    }
    if let Some(text) = text {
        marks(exercise, &page, &text, findings);
        chapter(ctx, exercise, findings);
    }
}

/// The first page of the exercise's chapter.
fn chapter(ctx: &Context, exercise: &Exercise, findings: &mut Findings) {
    let index = exercise.page().with_file_name("index.md");
    match fs::read_to_string(ctx.root.join(&index)) {
        Ok(text) => drop(marks(exercise, &index, &text, findings)),
        Err(_) => findings.problem(
            exercise,
            Check::Layout,
            index,
            "the chapter has no first page; say there what it is about and what to know before.",
        ),
    }
}

fn reference(
    ctx: &Context,
    subject: &mut Subject<'_>,
    files: &BTreeMap<PathBuf, Vec<u8>>,
    findings: &mut Findings,
) -> Result<()> {
    let exercise = subject.exercise;
    let dir = exercise.solution_dir();
    let overlay = overlay_from(&ctx.root.join(&dir), exercise)?;
    let mut complete = true;
    for path in exercise
        .edit
        .iter()
        .filter(|path| !overlay.contains_key(*path))
    {
        complete = false;
        let message = format!(
            "the reference lacks `{}`, which the manifest's `edit` names; write it.",
            path.display()
        );
        findings.problem(exercise, Check::Layout, dir.join(path), message);
    }
    let notes = files
        .get(Path::new("NOTES.md"))
        .map(|bytes| String::from_utf8_lossy(bytes).trim().is_empty());
    if notes != Some(false) {
        findings.problem(exercise, Check::Layout, dir.join("NOTES.md"), "there are no notes; say what the alternatives to the reference are and what they cost.");
    }
    subject.reference = complete.then_some(overlay);
    Ok(())
}
