//! `traps.toml`: an exercise's plausible wrong answers, and the tests that kill them.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use crate::{file_error, id};

/// A `traps.toml` that breaks the rules.
pub use crate::file_error::FileError as TrapsError;

/// A plausible wrong answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// Its name, and that of its folder under `traps`.
    pub slug: String,
    /// What is wrong with it, in one sentence.
    pub why: String,
    /// The tests that must fail on it.
    pub killed_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "a table `[name-of-the-trap]` with `why` and `killed-by`"
)]
struct Fields {
    why: Spanned<String>,
    killed_by: Spanned<Vec<String>>,
}

/// Parses the text of `file` into its traps, in the file's order.
///
/// # Errors
/// Names the first offence with file, line and field.
pub fn parse(text: &str, file: &Path) -> Result<Vec<Trap>, TrapsError> {
    let tables: BTreeMap<Spanned<String>, Fields> =
        toml::from_str(text).map_err(|error| TrapsError::from_toml(text, file, &error))?;
    let mut tables: Vec<_> = tables.into_iter().collect();
    tables.sort_by_key(|(slug, _)| slug.span().start);
    tables
        .into_iter()
        .map(|(slug, fields)| trap(text, file, &slug, fields))
        .collect()
}

fn trap(
    text: &str,
    file: &Path,
    slug: &Spanned<String>,
    fields: Fields,
) -> Result<Trap, TrapsError> {
    let at = |offset: usize, field: &str, message: &str| {
        Err(TrapsError::new(
            file,
            Some(file_error::line_at(text, offset)),
            field,
            message.to_owned(),
        ))
    };
    let Fields { why, killed_by } = fields;
    if !id::is_slug(slug.as_ref()) {
        return at(
            slug.span().start,
            slug.as_ref(),
            "is no name for a trap: expected lower case, digits and hyphens",
        );
    }
    if why.as_ref().trim().is_empty() {
        return at(
            why.span().start,
            "why",
            "is empty: expected a sentence that says what is wrong",
        );
    }
    if killed_by.as_ref().iter().all(|test| test.trim().is_empty()) {
        return at(
            killed_by.span().start,
            "killed-by",
            "names no test: a trap that nothing kills teaches nothing",
        );
    }
    Ok(Trap {
        slug: slug.as_ref().clone(),
        why: why.into_inner(),
        killed_by: killed_by.into_inner(),
    })
}

#[cfg(test)]
mod tests;
