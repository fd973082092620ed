//! Whether pages, exercises and SUMMARY.md agree: checked on the files, before mdBook sees them.

use std::collections::BTreeSet;

use anyhow::anyhow;
use mdbook_summary::{Summary, SummaryItem};
use workbook::{
    catalog::{self, Catalog, CatalogError, Exercise},
    page::{self, Problem},
    text,
};

use crate::{
    folders::Folders,
    includes,
    pages::{self, Page},
    preprocess,
    problem::Failure,
};

/// Reads the manifests.
pub(crate) fn load_catalog(folders: &Folders) -> Result<Catalog, Failure> {
    catalog::load(&folders.root).map_err(|error| match error {
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
                        folders.shown(&error.file),
                        error.line,
                        format!("{field}{}", error.message),
                    )
                })
                .collect(),
        ),
        other => Failure::Machine(other.into()),
    })
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
    folders: &Folders,
    catalog: &Catalog,
    pages: &[Page],
) -> Result<Vec<Problem>, Failure> {
    let summary = pages::read(&folders.src().join("SUMMARY.md"))?;
    let mut problems = exercises_and_pages(catalog, pages, &summary);
    problems.extend(summary_and_pages(folders, catalog, &summary, pages));
    for page in pages {
        problems.extend(includes::problems(folders, page));
        problems.extend(directives(page));
    }
    Ok(problems)
}

fn exercises_and_pages(catalog: &Catalog, pages: &[Page], summary: &str) -> Vec<Problem> {
    let of = |exercise: &Exercise| {
        let path = text::slashed(&exercise.page());
        let page = pages.iter().find(|page| page.path == path);
        page::problems(exercise, page.map(|page| page.text.as_str()), summary)
    };
    let problems = catalog.exercises.iter().flat_map(of);
    let orphans = pages
        .iter()
        .filter_map(|page| page::orphan(catalog, &page.path));
    problems.chain(orphans).collect()
}

fn summary_and_pages(
    folders: &Folders,
    catalog: &Catalog,
    text: &str,
    pages: &[Page],
) -> Vec<Problem> {
    let file = folders.shown(&folders.src().join("SUMMARY.md"));
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
    let of_exercise = |path: &&&str| {
        let mut exercises = catalog.exercises.iter();
        exercises.any(|exercise| text::slashed(&exercise.page()) == **path)
    };
    let unlisted = there.iter().filter(|path| !listed.contains(**path));
    // Of an exercise's page it is told which line is to be added.
    for path in unlisted.filter(|path| !of_exercise(path)) {
        let message = "the page is missing in book/src/SUMMARY.md: list it there";
        problems.push(Problem::new(*path, None, message));
    }
    for path in listed.iter().filter(|path| !there.contains(path.as_str())) {
        problems.push(Problem::new(
            &*file,
            line_of(path),
            format!("there is no page {path}"),
        ));
    }
    problems
}

/// The pages that the summary lists, by path from the root.
fn linked(summary: &Summary) -> BTreeSet<String> {
    fn walk(items: &[SummaryItem], found: &mut BTreeSet<String>) {
        for item in items {
            let SummaryItem::Link(link) = item else {
                continue;
            };
            if let Some(path) = &link.location {
                found.insert(format!("book/src/{}", text::slashed(path)));
            }
            walk(&link.nested_items, found);
        }
    }
    let mut found = BTreeSet::new();
    for items in [
        &summary.prefix_chapters,
        &summary.numbered_chapters,
        &summary.suffix_chapters,
    ] {
        walk(items, &mut found);
    }
    found
}
