//! `mutants.toml`: wrong versions of the given code, which a learner's tests must reject.
//!
//! A mutant lies in the exercise's own folder, as files under `mutants/<slug>/` that replace the given ones.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use crate::{file_error, id};

/// A `mutants.toml` that breaks the rules.
pub use crate::file_error::FileError as MutantsError;

/// The file, relative to the exercise's folder.
pub const FILE: &str = "mutants.toml";

/// The folder that holds a folder for each, relative to the exercise's folder.
pub const FOLDER: &str = "mutants";

/// A wrong version of the given code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Its name, and that of its folder under `mutants`.
    pub slug: String,
    /// What it does wrong, in one sentence: the learner reads it when no test rejects the mutant.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table `[name-of-the-mutant]` with `why`"
)]
struct Fields {
    why: Spanned<String>,
}

/// Parses the text of `file` into its mutants, in the file's order.
///
/// # Errors
/// Names the first offence with file, line and field.
pub fn parse(text: &str, file: &Path) -> Result<Vec<Mutant>, MutantsError> {
    let tables: BTreeMap<Spanned<String>, Fields> =
        toml::from_str(text).map_err(|error| MutantsError::from_toml(text, file, &error))?;
    let mut tables: Vec<_> = tables.into_iter().collect();
    tables.sort_by_key(|(slug, _)| slug.span().start);
    let at = |offset: usize, field: &str, message: &str| {
        let line = Some(file_error::line_at(text, offset));
        MutantsError::new(file, line, field, message.to_owned())
    };
    let mutant = |(slug, Fields { why }): (Spanned<String>, Fields)| {
        if !id::is_slug(slug.as_ref()) {
            return Err(at(
                slug.span().start,
                slug.as_ref(),
                "is no name for a mutant: expected lower case, digits and hyphens",
            ));
        }
        if why.as_ref().trim().is_empty() {
            return Err(at(
                why.span().start,
                "why",
                "is empty: expected a sentence that says what is wrong",
            ));
        }
        Ok(Mutant {
            slug: slug.into_inner(),
            why: why.into_inner(),
        })
    };
    tables.into_iter().map(mutant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Mutant>, MutantsError> {
        parse(text, Path::new("exercises/x/mutants.toml"))
    }

    #[test]
    fn mutants_come_in_the_files_order() {
        let mutants = read("[zero]\nwhy = \"a\"\n[add-one]\nwhy = \"b\"\n").unwrap();
        let names: Vec<&str> = mutants.iter().map(|mutant| mutant.slug.as_str()).collect();
        assert_eq!(names, ["zero", "add-one"]);
        assert_eq!(mutants[1].why, "b");
    }

    #[test]
    fn each_broken_file_names_line_and_field() {
        let table = [
            ("[a]\nwhy = \" \"\n", Some(2), "why"),
            ("\n[A_b]\nwhy = \"x\"\n", Some(2), "A_b"),
            ("[a]\n", Some(1), "why"),
            ("[a]\nwhy = \"x\"\nkilled-by = []\n", Some(3), "killed-by"),
            ("[a]\nwhy = 1\n", Some(2), "why"),
        ];
        for (text, line, field) in table {
            let error = read(text).unwrap_err();
            assert_eq!((error.line, error.field.as_str()), (line, field), "{error}");
        }
    }
}
