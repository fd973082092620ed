//! `{{#include …}}`: mdBook only logs one that it can't resolve, and shows nothing for a missing anchor.

use std::path::{Component, Path, PathBuf};

use workbook::page::Problem;

use crate::{
    folders::Folders,
    markdown,
    pages::{self, Page},
};

/// One include on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Include {
    /// Its line on the page.
    pub line: usize,
    /// The file, relative to the root, without `..`; `None` if it leaves the workbook.
    pub file: Option<PathBuf>,
    /// The path as written.
    pub written: String,
    /// The anchor or line range, if any.
    pub anchor: Option<String>,
}

/// All includes on a page; `\{{#include …}}` is text about an include, not one.
pub(crate) fn on(page: &Page) -> Vec<Include> {
    let mut found = Vec::new();
    for (at, _) in page.text.match_indices("{{#") {
        let rest = &page.text[at + 3..];
        if page.text[..at].ends_with('\\') {
            continue;
        }
        let Some(body) = rest.split_once("}}").map(|(body, _)| body) else {
            continue;
        };
        let Some((kind, target)) = body.split_once(char::is_whitespace) else {
            continue;
        };
        if !matches!(kind, "include" | "rustdoc_include" | "playground") {
            continue;
        }
        let (written, anchor) = match target.trim().split_once(':') {
            Some((written, anchor)) => (written, Some(anchor.to_owned())),
            None => (target.trim(), None),
        };
        let dir = Path::new(&page.path).parent().unwrap_or(Path::new(""));
        found.push(Include {
            line: markdown::line_of(&page.text, at),
            file: normalise(&dir.join(written)),
            written: written.to_owned(),
            anchor,
        });
    }
    found
}

/// Removes `.` and `..`; `None` if the path climbs above its start.
pub(crate) fn normalise(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            Component::ParentDir if clean.pop() => {}
            _ => return None,
        }
    }
    Some(clean)
}

/// The includes of a page that can't be resolved.
pub(crate) fn problems(folders: &Folders, page: &Page) -> Vec<Problem> {
    on(page)
        .iter()
        .filter_map(|include| {
            Some(Problem::new(
                &page.path,
                include.line,
                unresolved(folders, include)?,
            ))
        })
        .collect()
}

fn unresolved(folders: &Folders, include: &Include) -> Option<String> {
    let Some(file) = &include.file else {
        return Some(format!(
            "the include of {} leaves the workbook",
            include.written
        ));
    };
    let Ok(text) = pages::read(&folders.root.join(file)) else {
        return Some(format!(
            "the included file {} can't be read",
            file.display()
        ));
    };
    let anchor = include.anchor.as_deref()?;
    let is_range = anchor
        .split(':')
        .all(|part| part.is_empty() || part.parse::<usize>().is_ok());
    if is_range {
        return Some(format!(
            "the include of {} is by line: mark the place with `ANCHOR: name` instead",
            file.display()
        ));
    }
    let marked = |word: &str| {
        text.lines().any(|line| {
            line.split_once(word)
                .is_some_and(|(_, name)| name.trim() == anchor)
        })
    };
    let both = marked("ANCHOR:") && marked("ANCHOR_END:");
    (!both).then(|| {
        format!(
            "the included file {} has no ANCHOR and ANCHOR_END called `{anchor}`",
            file.display()
        )
    })
}
