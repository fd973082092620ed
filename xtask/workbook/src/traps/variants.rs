//! `variants.toml`: right answers whose shape is not the reference's. They show that the tests refuse nobody for his style.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::{TrapsError, check};

/// A right answer of another shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name, and that of its folder under `variants`.
    pub slug: String,
    /// In what it differs from the reference, in one sentence.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table `[name-of-the-variant]` with `why`"
)]
struct Fields {
    why: Spanned<String>,
}

/// Parses the text of `file` into its variants, in the file's order.
///
/// # Errors
/// Names the first offence with file, line and field.
pub fn parse(text: &str, file: &Path) -> Result<Vec<Variant>, TrapsError> {
    let tables: BTreeMap<Spanned<String>, Fields> =
        toml::from_str(text).map_err(|error| TrapsError::from_toml(text, file, &error))?;
    let mut tables: Vec<_> = tables.into_iter().collect();
    tables.sort_by_key(|(slug, _)| slug.span().start);
    let variant = |(slug, Fields { why }): (Spanned<String>, Fields)| {
        check(text, file, &slug, &why, "in what it differs")?;
        Ok(Variant {
            slug: slug.into_inner(),
            why: why.into_inner(),
        })
    };
    tables.into_iter().map(variant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Variant>, TrapsError> {
        parse(text, Path::new("solutions/x/variants.toml"))
    }

    #[test]
    fn variants_come_in_the_files_order() {
        let variants = read("[sorted-vec]\nwhy = \"a\"\n[btree]\nwhy = \"b\"\n").unwrap();
        let slugs: Vec<&str> = variants.iter().map(|one| one.slug.as_str()).collect();
        assert_eq!(slugs, ["sorted-vec", "btree"]);
        assert_eq!(variants[1].why, "b");
    }

    #[test]
    fn each_broken_file_names_line_and_field() {
        let table = [
            ("[a]\nwhy = \" \"\n", Some(2), "why"),
            ("\n[A_b]\nwhy = \"x\"\n", Some(2), "A_b"),
            ("[a]\n", Some(1), "why"),
            ("[a]\nwhy = \"x\"\nkilled-by = []\n", Some(3), "killed-by"),
        ];
        for (text, line, field) in table {
            let error = read(text).unwrap_err();
            assert_eq!((error.line, error.field.as_str()), (line, field), "{error}");
        }
    }
}
