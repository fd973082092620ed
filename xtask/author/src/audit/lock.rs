//! Whether `exercises.lock` has the ids of the files as they are.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use workbook::catalog::{Catalog, Exercise};

use super::{Check, Findings, Problem, Wishes};
use workbook_run::{
    context::Context,
    files::overlay_from,
    pristine::{LOCK, Pristine, blob_id, stubs},
    workspace::atomic::write_atomically,
};

/// Compares the lock with the exercises' files, or rewrites the audited exercises' part of it.
pub fn look(
    ctx: &Context,
    catalog: &Catalog,
    exercises: &[&Exercise],
    wishes: Wishes,
    findings: &mut Findings,
) -> Result<()> {
    let path = ctx.root.join(LOCK);
    let old_text = fs::read_to_string(&path).unwrap_or_default();
    let old = ids(&old_text);
    let audited = Catalog {
        root: ctx.root.clone(),
        exercises: exercises.iter().map(|&exercise| exercise.clone()).collect(),
    };
    let new_text = Pristine::of_workspace(&ctx.root, &audited)?.render();
    let new = ids(&new_text);
    let is_audited = |file: &Path| {
        wishes.everything
            || exercises
                .iter()
                .any(|exercise| file.starts_with(&exercise.dir))
    };
    if wishes.bless {
        let mut all = new;
        all.extend(old.into_iter().filter(|(file, _)| !is_audited(file)));
        let header = new_text.lines().take_while(|line| line.starts_with('#'));
        let lines = header.map(str::to_owned).chain(
            all.iter()
                .map(|(file, id)| format!("{id} {}", file.display())),
        );
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        if text != old_text {
            write_atomically(&path, text.as_bytes())?;
            findings.blessed.push(LOCK.into());
        }
        return bless_stubs(ctx, exercises, is_audited, findings);
    }
    look_at_stubs(ctx, exercises, &old, findings)?;
    for exercise in exercises {
        let own = |ids: &BTreeMap<PathBuf, String>| -> BTreeMap<PathBuf, String> {
            ids.iter()
                .filter(|(file, _)| file.starts_with(&exercise.dir))
                .map(|(file, id)| (file.clone(), id.clone()))
                .collect()
        };
        for sentence in differences(&own(&old), &own(&new)) {
            findings.problem(exercise, Check::Lock, LOCK, sentence);
        }
    }
    for file in old.keys().filter(|file| {
        is_audited(file)
            && !catalog
                .exercises
                .iter()
                .any(|exercise| file.starts_with(&exercise.dir))
    }) {
        findings.problems.push(Problem {
            id: None,
            check: Check::Lock,
            file: LOCK.into(),
            message: format!("{} is listed and belongs to no exercise; `cargo xtask audit --bless` rewrites the lock.", file.display()),
            detail: String::new(),
        });
    }
    Ok(())
}

/// The stubs as they are in the workspace.
fn stubs_of(ctx: &Context, exercise: &Exercise) -> Result<stubs::Stubs> {
    let files = overlay_from(&ctx.root.join(&exercise.dir), exercise)?;
    let placed = files
        .into_iter()
        .map(|(path, bytes)| (exercise.dir.join(path), bytes));
    Ok(placed.collect())
}

/// Of stubs that are as the lock has them; what others lack is told already.
fn look_at_stubs(
    ctx: &Context,
    exercises: &[&Exercise],
    lock: &BTreeMap<PathBuf, String>,
    findings: &mut Findings,
) -> Result<()> {
    let known = stubs::load(&ctx.root)?;
    for exercise in exercises {
        for (file, text) in stubs_of(ctx, exercise)? {
            let is_locked = lock.get(&file).is_some_and(|id| *id == blob_id(&text));
            if is_locked && known.get(&file) != Some(&text) {
                let message = format!(
                    "it lacks {} as it is now, which `cargo xtask reset` needs; `cargo xtask audit --bless` writes it.",
                    file.display()
                );
                findings.problem(exercise, Check::Lock, stubs::STUBS, message);
            }
        }
    }
    Ok(())
}

fn bless_stubs(
    ctx: &Context,
    exercises: &[&Exercise],
    is_audited: impl Fn(&Path) -> bool,
    findings: &mut Findings,
) -> Result<()> {
    // Whatever is wrong with the old file, this writes a new one.
    let mut all = stubs::load(&ctx.root).unwrap_or_default();
    all.retain(|file, _| !is_audited(file));
    for exercise in exercises {
        all.extend(stubs_of(ctx, exercise)?);
    }
    let (path, bytes) = (ctx.root.join(stubs::STUBS), stubs::render(&all));
    if fs::read(&path).ok().as_ref() != Some(&bytes) {
        write_atomically(&path, &bytes)?;
        findings.blessed.push(stubs::STUBS.into());
    }
    Ok(())
}

/// File to id; lines of another form count as absent.
fn ids(text: &str) -> BTreeMap<PathBuf, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(id, file)| (PathBuf::from(file), id.to_owned()))
        .collect()
}

fn differences(old: &BTreeMap<PathBuf, String>, new: &BTreeMap<PathBuf, String>) -> Vec<String> {
    const MEND: &str = "`cargo xtask audit --bless` takes the files as they are";
    if old.is_empty() {
        return vec![format!("the exercise is not in the lock yet; {MEND}.")];
    }
    let mut files: Vec<&PathBuf> = old.keys().chain(new.keys()).collect();
    files.sort();
    files.dedup();
    let tell = |file: &PathBuf| match (old.get(file), new.get(file)) {
        (Some(was), Some(is)) if was == is => None,
        (Some(_), Some(_)) => Some(format!(
            "{} is not as it was published: restore it by `git checkout`, or, if the change is meant, {MEND}.",
            file.display()
        )),
        (Some(_), None) => Some(format!(
            "{} is gone: restore it by `git checkout`, or, if that is meant, {MEND}.",
            file.display()
        )),
        _ => Some(format!("{} is new; {MEND}.", file.display())),
    };
    files.into_iter().filter_map(tell).collect()
}
