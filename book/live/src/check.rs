//! `book test`: snippets, links and facts.

use std::fmt;

use anyhow::Context;
use workbook::{
    page::Problem,
    parallel::{self, jobs},
    text::count,
};

use crate::{compiler, facts, folders::Folders, links, map, problem::Failure, render, snippets};

/// What was checked.
pub(crate) struct Report {
    pages: usize,
    exercises: usize,
    snippets: usize,
    links: usize,
    facts: usize,
    rustc: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the book is in order: {}, {}, {}; {} and {} checked with rustc {}",
            count(self.pages, "page"),
            count(self.exercises, "exercise"),
            count(self.links, "link"),
            count(self.snippets, "snippet"),
            count(self.facts, "fact"),
            self.rustc,
        )
    }
}

/// Builds the book and checks all of it; every problem is reported, not only the first.
pub(crate) fn check(folders: &Folders) -> Result<Report, Failure> {
    let rustc = compiler::require_pinned(folders)?;
    let built = render::build(folders)?;
    let (links, mut problems) = links::check(folders, &built.pages)?;
    for page in &built.pages {
        problems.extend(map::problems(&built.catalog, page));
    }
    problems.extend(in_parallel(&built.pages, |page| {
        let misformed = snippets::form(page);
        if misformed.is_empty() {
            snippets::doctests(folders, page)
        } else {
            Ok(misformed)
        }
    })?);
    problems.extend(in_parallel(&built.facts, |fact| {
        let scratch = tempfile::tempdir().context("failed to create a temporary folder")?;
        facts::problems(folders, fact, scratch.path())
    })?);
    Failure::unless_empty(problems)?;
    Ok(Report {
        pages: built.pages.len(),
        exercises: built.catalog.exercises.len(),
        snippets: built.pages.iter().map(snippets::count).sum(),
        links,
        facts: built.facts.len(),
        rustc,
    })
}

/// What `work` finds wrong with any item, on as many threads as the machine has.
fn in_parallel<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> Result<Vec<Problem>, Failure> + Sync,
) -> Result<Vec<Problem>, Failure> {
    let found: Result<Vec<_>, Failure> = parallel::map(jobs(), items, work).into_iter().collect();
    Ok(found?.concat())
}
