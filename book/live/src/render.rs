//! Rendering through mdBook's library.

use std::fs;

use anyhow::Context;
use mdbook_driver::{MDBook, config::Config};
use workbook::{catalog::Catalog, page::Problem};

use crate::{
    facts::{self, Fact},
    folders::Folders,
    pages::{self, Page},
    preprocess::Workbook,
    problem::Failure,
    sources, warnings,
};

/// What a build was made from.
pub(crate) struct Built {
    /// The exercises.
    pub catalog: Catalog,
    /// The pages, as written.
    pub pages: Vec<Page>,
    /// The facts, not yet checked.
    pub facts: Vec<Fact>,
}

/// Checks that pages and exercises agree, and renders the book into `target/book`.
pub(crate) fn build(folders: &Folders) -> Result<Built, Failure> {
    let catalog = sources::load_catalog(folders)?;
    let pages = pages::load(folders)?;
    let facts = facts::load(folders)?;
    Failure::unless_empty(sources::problems(folders, &catalog, &pages)?)?;

    let output = folders.output();
    fs::create_dir_all(&output)
        .with_context(|| format!("failed to create {}", folders.shown(&output)))?;
    let wrong = |error| {
        Failure::Book(vec![Problem::new(
            "book/book.toml",
            None,
            format!("{error:#}"),
        )])
    };
    let mut config = Config::from_disk(folders.book().join("book.toml")).map_err(wrong)?;
    // mdBook would write stub pages into the sources, or its output elsewhere.
    config.build.create_missing = false;
    config.build.build_dir = output;
    let workbook = Workbook {
        catalog: catalog.clone(),
        facts: facts.clone(),
    };
    let (result, warned) = warnings::collect(|| {
        let mut book = MDBook::load_with_config(folders.book(), config)?;
        book.with_preprocessor(workbook);
        book.build()
    });
    result
        .map_err(|error| Failure::Book(vec![Problem::new("book", None, format!("{error:#}"))]))?;
    Failure::unless_empty(
        warned
            .into_iter()
            .map(|text| Problem::new("book", None, format!("mdBook says: {text}")))
            .collect(),
    )?;
    Ok(Built {
        catalog,
        pages,
        facts,
    })
}
