//! Facts about the language: one claim a file, and what the pinned compiler has to say to it.

use std::{fs, path::Path};

use anyhow::Context;
use workbook::page::Problem;

use crate::{compiler, folders::Folders, pages, problem::Failure};

mod header;
mod table;

pub(crate) use header::{Expect, Fact, Since};
pub(crate) use table::table;

/// Reads every `book/facts/*.rs`: what is stable by version first, then what is not, by name.
pub(crate) fn load(folders: &Folders) -> Result<Vec<Fact>, Failure> {
    let dir = folders.facts();
    let mut facts = Vec::new();
    let mut problems = Vec::new();
    // A workbook need not tell any.
    if !dir.exists() {
        return Ok(facts);
    }
    let failed = || format!("failed to list {}", folders.shown(&dir));
    for entry in fs::read_dir(&dir).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = folders.shown(&path);
        match header::parse(&file, &pages::read(&path)?) {
            Ok(fact) => facts.push(fact),
            Err(problem) => problems.push(problem),
        }
    }
    Failure::unless_empty(problems)?;
    facts.sort_by(|a, b| (&a.since, &a.file).cmp(&(&b.since, &b.file)));
    Ok(facts)
}

/// Compiles a fact and says in what its file is wrong.
pub(crate) fn problems(
    folders: &Folders,
    fact: &Fact,
    scratch: &Path,
) -> Result<Vec<Problem>, Failure> {
    let mut messages = Vec::new();
    let found = compiler::check(folders, &folders.root.join(&fact.file), scratch, false)?;
    let errors: Vec<_> = found
        .iter()
        .filter(|diagnostic| diagnostic.is_error)
        .collect();
    let said = |diagnostics: &[&compiler::Diagnostic]| {
        let lines = diagnostics.iter().map(|d| match &d.code {
            Some(code) => format!("\n  {code}: {}", d.message),
            None => format!("\n  {}", d.message),
        });
        lines.collect::<String>()
    };
    match &fact.expect {
        Expect::Compiles if !found.is_empty() => messages.push(format!(
            "should compile without a word, but the compiler says:{}",
            said(&found.iter().collect::<Vec<_>>())
        )),
        Expect::Compiles => {}
        Expect::Code(code) if errors.is_empty() => {
            messages.push(format!("should be refused with {code}, but it compiles"))
        }
        Expect::Code(code) => {
            if errors.iter().any(|error| error.code.as_ref() != Some(code)) {
                messages.push(format!(
                    "should be refused with {code} alone, but the compiler says:{}",
                    said(&errors)
                ));
            }
        }
        Expect::Message(text) if errors.is_empty() => {
            messages.push(format!("should be refused (\"{text}\"), but it compiles"));
        }
        Expect::Message(text) => {
            if errors
                .iter()
                .any(|error| error.code.is_some() || error.message != *text)
            {
                messages.push(format!(
                    "should be refused with \"{text}\" alone, but the compiler says:{}",
                    said(&errors)
                ));
            }
        }
    }
    messages.extend(disputed_since(folders, fact, scratch)?);
    Ok(messages
        .into_iter()
        .map(|message| Problem::new(&fact.file, 1, message))
        .collect())
}

/// The compiler's own table knows since when a feature is stable, and says so to whoever asks for it.
fn disputed_since(
    folders: &Folders,
    fact: &Fact,
    scratch: &Path,
) -> Result<Option<String>, Failure> {
    let Some(feature) = &fact.feature else {
        return Ok(None);
    };
    let probe = scratch.join("feature.rs");
    fs::write(&probe, format!("#![feature({feature})]\n"))
        .with_context(|| format!("failed to write {}", probe.display()))?;
    let found = compiler::check(folders, &probe, scratch, true)?;
    if found
        .iter()
        .any(|diagnostic| diagnostic.code.as_deref() == Some("E0635"))
    {
        return Ok(Some(format!("there is no feature `{feature}`")));
    }
    let stable = found.iter().find_map(|d| {
        d.message
            .split_once("has been stable since ")?
            .1
            .split(' ')
            .next()
    });
    Ok(match (&fact.since, stable) {
        (Since::Version { .. }, Some(version)) if fact.since.is(version) => None,
        (Since::NotStable, None) => None,
        (since, Some(version)) => Some(format!(
            "says since {since}, but `{feature}` is stable since {version}"
        )),
        (since, None) => Some(format!("says since {since}, but `{feature}` is not stable")),
    })
}
