//! Pages, solutions and folders that belong to no exercise.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use workbook::{catalog::Catalog, page, text};

use super::{Check, Findings, Problem};
use workbook_run::context::Context;

/// Looks through `exercises`, `solutions` and the book's chapters.
pub fn look(ctx: &Context, catalog: &Catalog, findings: &mut Findings) -> Result<()> {
    let places: BTreeSet<&str> = catalog
        .exercises
        .iter()
        .map(|exercise| exercise.place.as_str())
        .collect();
    let chapters: BTreeSet<&str> = places
        .iter()
        .filter_map(|place| place.split_once('/'))
        .map(|(chapter, _)| chapter)
        .collect();
    let mut orphan = |file: &Path, message: &str| {
        findings.problems.push(Problem {
            id: None,
            check: Check::Orphan,
            file: file.to_owned(),
            message: message.to_owned(),
            detail: String::new(),
        });
    };
    for (top, is_book) in [
        ("exercises", false),
        ("solutions", false),
        ("book/src", true),
    ] {
        for chapter in entries(&ctx.root, Path::new(top))? {
            let name = name_of(&chapter);
            if !chapters.contains(name.as_str()) {
                match top {
                    "exercises"
                        if matches!(name.as_str(), "support" | "exercises.lock" | "stubs.lock") => {
                    }
                    "book/src" if !is_numbered(&name) => {}
                    "exercises" => orphan(
                        &chapter,
                        "this is no chapter with exercises; name it NN-chapter and put one in, or remove it.",
                    ),
                    _ => orphan(
                        &chapter,
                        "no exercise is in this chapter any more; remove it, or bring the exercise back.",
                    ),
                }
                continue;
            }
            for place in entries(&ctx.root, &chapter)? {
                let inside = name_of(&place);
                let known = places.contains(
                    format!("{name}/{}", inside.strip_suffix(".md").unwrap_or(&inside)).as_str(),
                );
                if is_book {
                    if let Some(problem) = page::orphan(catalog, &text::slashed(&place)) {
                        orphan(&place, &format!("{}.", problem.message));
                    }
                } else if !known {
                    orphan(
                        &place,
                        if top == "solutions" {
                            "this solution has no exercise; remove it, or bring the exercise back."
                        } else {
                            "this is no exercise; name it NN-name, or remove it."
                        },
                    );
                }
            }
        }
    }
    Ok(())
}

/// What lies in a folder, relative to the root, sorted; nothing if there is no such folder.
fn entries(root: &Path, dir: &Path) -> Result<Vec<PathBuf>> {
    let path = root.join(dir);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in
        fs::read_dir(&path).with_context(|| format!("failed to read {}", path.display()))?
    {
        let name = entry
            .with_context(|| format!("failed to read {}", path.display()))?
            .file_name();
        if !name.to_string_lossy().starts_with('.') {
            found.push(dir.join(name));
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn is_numbered(name: &str) -> bool {
    matches!(name.as_bytes(), [a, b, b'-', ..] if a.is_ascii_digit() && b.is_ascii_digit())
}
