//! Whether pages, exercises and SUMMARY.md agree: checked on the files, before mdBook sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use mdbook_summary::{Summary, SummaryItem};
use workbook::catalog::{self, Catalog, CatalogError};

use crate::{
    includes,
    layout::Layout,
    markdown, preprocess,
    problem::{Failure, Problem},
};

/// A page of the book, as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Relative to the root: `book/src/04-memory/01-shared-cache.md`.
    pub path: String,
    /// Its Markdown.
    pub text: String,
}

/// Reads the manifests.
pub(crate) fn load_catalog(layout: &Layout) -> Result<Catalog, Failure> {
    catalog::load(&layout.root).map_err(|error| match error {
        CatalogError::Manifests(errors) => Failure::Book(
            errors
                .iter()
                .map(|error| {
                    let field = if error.field.is_empty() {
                        String::new()
                    } else {
                        format!("field `{}`: ", error.field)
                    };
                    Problem::new(
                        layout.shown(&error.file),
                        error.line,
                        format!("{field}{}", error.message),
                    )
                })
                .collect(),
        ),
        other => Failure::Machine(other.into()),
    })
}

/// Reads every page, in the order of their paths; `SUMMARY.md` is none.
pub(crate) fn load_pages(layout: &Layout) -> Result<Vec<Page>, Failure> {
    let mut files = Vec::new();
    collect(&layout.src(), &mut files)?;
    files.sort();
    files
        .iter()
        .filter(|file| **file != layout.src().join("SUMMARY.md"))
        .map(|file| {
            Ok(Page {
                path: layout.shown(file),
                text: read(file)?,
            })
        })
        .collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = || format!("failed to list {}", dir.display());
    for entry in fs::read_dir(dir).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a text file.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?)
}

/// Directives that the preprocessor does not know: they would vanish as comments.
fn directives(page: &Page) -> impl Iterator<Item = Problem> + '_ {
    page.text.lines().enumerate().filter_map(|(at, line)| {
        let name = line.split_once("<!-- workbook:")?.1.split_once(" -->")?.0;
        let known = preprocess::DIRECTIVES.contains(&name);
        (!known).then(|| {
            let known = preprocess::DIRECTIVES.join(", ");
            Problem::new(
                &page.path,
                at + 1,
                format!("unknown directive `{name}`: expected one of {known}"),
            )
        })
    })
}

/// Everything in which pages, catalog and summary disagree.
pub(crate) fn problems(
    layout: &Layout,
    catalog: &Catalog,
    pages: &[Page],
) -> Result<Vec<Problem>, Failure> {
    let mut problems = exercises_and_pages(catalog, pages);
    let summary = layout.src().join("SUMMARY.md");
    problems.extend(summary_and_pages(layout, catalog, &read(&summary)?, pages));
    for page in pages {
        problems.extend(includes::problems(layout, page));
        problems.extend(directives(page));
    }
    Ok(problems)
}

fn exercises_and_pages(catalog: &Catalog, pages: &[Page]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for exercise in &catalog.exercises {
        let path = slashed(&exercise.page());
        let Some(page) = pages.iter().find(|page| page.path == path) else {
            let message = format!(
                "the exercise `{}` has no page: write this file",
                exercise.id
            );
            problems.push(Problem::new(path, None, message));
            continue;
        };
        match markdown::title(&page.text) {
            Some((title, _)) if title == exercise.title => {}
            Some((title, line)) => problems.push(Problem::new(
                path,
                line,
                format!(
                    "the title is `{title}`, but the manifest of `{}` says `{}`",
                    exercise.id, exercise.title
                ),
            )),
            None => problems.push(Problem::new(
                path,
                1,
                format!(
                    "the page of `{}` has no title: begin with `# {}`",
                    exercise.id, exercise.title
                ),
            )),
        }
    }
    let chapters: BTreeSet<_> = catalog
        .exercises
        .iter()
        .filter_map(|exercise| exercise.place.split('/').next())
        .collect();
    for page in pages {
        let mut parts = page.path.trim_start_matches("book/src/").split('/');
        let (chapter, name) = (parts.next().unwrap_or_default(), parts.next());
        if !(chapters.contains(chapter) || is_numbered(chapter))
            || matches!(name, None | Some("index.md"))
        {
            continue;
        }
        if !catalog
            .exercises
            .iter()
            .any(|exercise| slashed(&exercise.page()) == page.path)
        {
            let dir = page.path.replacen("book/src/", "exercises/", 1);
            let message = format!(
                "the page has no exercise: expected one in {}; only index.md stands alone in a chapter's folder",
                dir.trim_end_matches(".md")
            );
            problems.push(Problem::new(page.path.clone(), None, message));
        }
    }
    problems
}

fn is_numbered(name: &str) -> bool {
    name.split_once('-').is_some_and(|(number, _)| {
        number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn slashed(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn summary_and_pages(
    layout: &Layout,
    catalog: &Catalog,
    text: &str,
    pages: &[Page],
) -> Vec<Problem> {
    let file = layout.shown(&layout.src().join("SUMMARY.md"));
    let summary = match mdbook_summary::parse_summary(text) {
        Ok(summary) => summary,
        Err(error) => return vec![Problem::new(file, None, format!("{:#}", anyhow!(error)))],
    };
    let listed = linked(&summary);
    let there: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let line_of = |path: &str| {
        let name = path.trim_start_matches("book/src/");
        text.lines()
            .position(|line| line.contains(name))
            .map(|at| at + 1)
    };
    let mut problems = Vec::new();
    for path in there.iter().filter(|path| !listed.contains_key(**path)) {
        let message = "the page is missing in book/src/SUMMARY.md: list it there";
        problems.push(Problem::new(*path, None, message));
    }
    for path in listed.keys().filter(|path| !there.contains(path.as_str())) {
        problems.push(Problem::new(
            &*file,
            line_of(path),
            format!("there is no page {path}"),
        ));
    }
    for exercise in &catalog.exercises {
        let path = slashed(&exercise.page());
        let title = exercise.title.replace('`', "");
        if let Some(name) = listed.get(&path).filter(|name| **name != title) {
            let message = format!(
                "`{name}` should be `{title}`, the title of `{}`",
                exercise.id
            );
            problems.push(Problem::new(&*file, line_of(&path), message));
        }
    }
    problems
}

/// The pages that the summary lists, by path from the root, with their names.
fn linked(summary: &Summary) -> BTreeMap<String, String> {
    fn walk(items: &[SummaryItem], found: &mut BTreeMap<String, String>) {
        for item in items {
            let SummaryItem::Link(link) = item else {
                continue;
            };
            if let Some(path) = &link.location {
                found.insert(format!("book/src/{}", slashed(path)), link.name.clone());
            }
            walk(&link.nested_items, found);
        }
    }
    let mut found = BTreeMap::new();
    for items in [
        &summary.prefix_chapters,
        &summary.numbered_chapters,
        &summary.suffix_chapters,
    ] {
        walk(items, &mut found);
    }
    found
}
