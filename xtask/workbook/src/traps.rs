//! `traps.toml`: an exercise's plausible wrong answers, and the tests that kill them; and `variants.toml`, its
//! [right answers of another shape](variants).

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
    let trap = |(slug, fields): (Spanned<String>, Fields)| {
        let Fields { why, killed_by } = fields;
        check(text, file, &slug, &why, "what is wrong")?;
        if killed_by.as_ref().iter().all(|test| test.trim().is_empty()) {
            return Err(TrapsError::new(
                file,
                Some(file_error::line_at(text, killed_by.span().start)),
                "killed-by",
                "names no test: a trap that nothing kills teaches nothing".to_owned(),
            ));
        }
        Ok(Trap {
            slug: slug.into_inner(),
            why: why.into_inner(),
            killed_by: killed_by.into_inner(),
        })
    };
    tables.into_iter().map(trap).collect()
}

/// Whether a table has a name that a folder can have, and says `what`.
fn check(
    text: &str,
    file: &Path,
    slug: &Spanned<String>,
    why: &Spanned<String>,
    what: &str,
) -> Result<(), TrapsError> {
    let at = |offset: usize, field: &str, message: String| {
        Err(TrapsError::new(
            file,
            Some(file_error::line_at(text, offset)),
            field,
            message,
        ))
    };
    if !id::is_slug(slug.as_ref()) {
        return at(
            slug.span().start,
            slug.as_ref(),
            "is no name for a folder: expected lower case, digits and hyphens".to_owned(),
        );
    }
    if why.as_ref().trim().is_empty() {
        return at(
            why.span().start,
            "why",
            format!("is empty: expected a sentence that says {what}"),
        );
    }
    Ok(())
}

pub mod variants;

#[cfg(test)]
mod tests;
