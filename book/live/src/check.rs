//! `book test`: snippets, links and facts.

use std::{
    fmt, panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::Context;

use crate::{
    compiler, facts,
    layout::Layout,
    links, map,
    problem::{Failure, Problem},
    render, snippets,
};

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
        let count = |n: usize, thing: &str| format!("{n} {thing}{}", if n == 1 { "" } else { "s" });
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
pub(crate) fn check(layout: &Layout) -> Result<Report, Failure> {
    let rustc = compiler::require_pinned(layout)?;
    let built = render::build(layout)?;
    let (links, mut problems) = links::check(layout, &built.pages)?;
    for page in &built.pages {
        problems.extend(map::problems(&built.catalog, page));
    }
    problems.extend(in_parallel(&built.pages, |page| {
        let misformed = snippets::form(page);
        if misformed.is_empty() {
            snippets::doctests(layout, page)
        } else {
            Ok(misformed)
        }
    })?);
    problems.extend(in_parallel(&built.facts, |fact| {
        let scratch = tempfile::tempdir().context("failed to create a temporary folder")?;
        facts::problems(layout, fact, scratch.path())
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

/// Runs `work` on every item, on as many threads as the machine has.
fn in_parallel<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> Result<Vec<Problem>, Failure> + Sync,
) -> Result<Vec<Problem>, Failure> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut found = Vec::new();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(work(item)?);
        }
        Ok::<_, Failure>(found)
    };
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(items.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(
                worker
                    .join()
                    .unwrap_or_else(|payload| panic::resume_unwind(payload))?,
            );
        }
        Ok(all)
    })
}
