//! Whether an exercise's mutants are there, in form, and differ from the given code.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Result;
use workbook::{
    catalog::{Exercise, Kind},
    mutants::{FILE, FOLDER},
};

use super::{Check, Findings, text};
use workbook_run::{context::Context, files::Overlay, mutants};

/// How many mutants there are at least: fewer are told apart by a single example.
const LEAST: usize = 3;

/// Whether `path` (relative to the exercise) tells of mutants, and may.
pub fn belongs(exercise: &Exercise, path: &Path) -> bool {
    exercise.kind == Kind::Mutants && (path == Path::new(FILE) || path.starts_with(FOLDER))
}

/// Looks at the mutants of one exercise, whose files these are; says whether it can be run with them.
pub fn look(
    ctx: &Context,
    exercise: &Exercise,
    files: &BTreeMap<PathBuf, Vec<u8>>,
    findings: &mut Findings,
) -> Result<bool> {
    if exercise.kind != Kind::Mutants {
        return Ok(true);
    }
    let file = exercise.dir.join(FILE);
    if !files.contains_key(Path::new(FILE)) {
        let message = format!(
            "there is no {FILE}; name wrong versions of the given code there, each a table `[slug]` with `why`."
        );
        findings.problem(exercise, Check::Mutant, &file, message);
        return Ok(false);
    }
    let all = match mutants::load(ctx, exercise)? {
        Ok(all) => all,
        Err(error) => {
            let message = format!("{error}; a mutant is a table `[slug]` with `why`.");
            findings.problem(exercise, Check::Mutant, &file, message);
            return Ok(false);
        }
    };
    if let Some(line) = findings.line(&exercise.id) {
        line.mutants = all.len();
    }
    if all.len() < LEAST {
        let message = format!(
            "there are {} mutants, and there should be at least {LEAST}; add wrong versions that different tests kill.",
            all.len()
        );
        findings.problem(exercise, Check::Mutant, &file, message);
    }
    for slug in mutants::folders(files.keys()) {
        if !all.iter().any(|(mutant, _)| mutant.slug == slug) {
            let message = format!(
                "the mutant `{slug}` has files and no table in {FILE}; say there what it does wrong, or remove it."
            );
            findings.problem(
                exercise,
                Check::Mutant,
                mutants::folder(exercise, &slug),
                message,
            );
        }
    }
    let mut sound = true;
    for (mutant, overlay) in &all {
        let dir = mutants::folder(exercise, &mutant.slug);
        if let Some(message) = flaw(&mutant.slug, overlay, files) {
            sound = false;
            findings.problem(exercise, Check::Mutant, dir, message);
        }
    }
    Ok(sound)
}

/// What is wrong with a mutant's files.
fn flaw(slug: &str, overlay: &Overlay, given: &BTreeMap<PathBuf, Vec<u8>>) -> Option<String> {
    if overlay.is_empty() {
        return Some(format!(
            "the mutant `{slug}` has no files; lay its version of the given code there."
        ));
    }
    let foreign: Vec<String> = overlay
        .keys()
        .filter(|path| !path.starts_with("src"))
        .map(|path| path.display().to_string())
        .collect();
    if !foreign.is_empty() {
        let names: Vec<&str> = foreign.iter().map(String::as_str).collect();
        return Some(format!(
            "the mutant `{slug}` replaces {}; a mutant replaces files under src/ alone.",
            text::list(&names)
        ));
    }
    overlay
        .iter()
        .all(|(path, bytes)| given.get(path) == Some(bytes))
        .then(|| {
            format!(
                "the mutant `{slug}` is the given code; make it wrong, or take it out of {FILE}."
            )
        })
}
