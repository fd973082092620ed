//! Stages that are built for a single run, of whose exercises only some tests are asked for.
//!
//! What isn't asked for is not even built: the other test files don't lie in the stage.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use workbook::{catalog::Exercise, outcome::TestId};

/// The tests of an exercise that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only(BTreeSet<TestId>);

impl Only {
    /// These tests, of test binaries.
    pub fn new(tests: impl IntoIterator<Item = TestId>) -> Self {
        Self(tests.into_iter().collect())
    }

    /// The tests as nextest's filter.
    pub fn filter(&self) -> String {
        let one = |test: &TestId| format!("(binary_id(={}) & test(={}))", test.binary, test.name);
        self.0.iter().map(one).collect::<Vec<_>>().join(" + ")
    }

    /// Takes the test files that hold none of the tests out of a package's files.
    ///
    /// # Errors
    /// If the package's manifest can't be parsed.
    pub fn narrow(
        &self,
        exercise: &Exercise,
        files: &mut BTreeMap<PathBuf, Vec<u8>>,
    ) -> Result<()> {
        let is_asked = |binary: &str| self.0.iter().any(|test| test.binary == binary);
        files.retain(|path, _| {
            TestId::binary_of(&exercise.package, path).is_none_or(|binary| is_asked(&binary))
        });
        let Some(manifest) = files.get_mut(Path::new("Cargo.toml")) else {
            return Ok(());
        };
        let mut parsed: toml_edit::DocumentMut = String::from_utf8_lossy(manifest)
            .parse()
            .with_context(|| format!("failed to parse the Cargo.toml of {}", exercise.id))?;
        let named = parsed
            .get_mut("test")
            .and_then(|tests| tests.as_array_of_tables_mut());
        if let Some(tests) = named {
            tests.retain(|test| {
                let name = test.get("name").and_then(|name| name.as_str());
                name.is_some_and(|name| is_asked(&format!("{}::{name}", exercise.package)))
            });
            *manifest = parsed.to_string().into_bytes();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tests::exercise;

    #[test]
    fn only_files_with_tests_that_are_asked_for_stay() {
        let one = exercise("one");
        let manifest = "[package]\nname = \"start-one\"\n\n[[test]]\nname = \"a\"\nharness = false\n\n[[test]]\nname = \"b\"\n";
        let mut files: BTreeMap<PathBuf, Vec<u8>> = [
            ("Cargo.toml", manifest),
            ("src/lib.rs", ""),
            ("tests/a.rs", ""),
            ("tests/b.rs", ""),
            ("tests/c/main.rs", ""),
            ("tests/support/help.rs", ""),
        ]
        .map(|(path, text)| (path.into(), text.into()))
        .into();
        let only = Only::new([
            TestId::new("start-one::a", "adds"),
            TestId::new("start-one::c", "m::stops"),
        ]);
        only.narrow(&one, &mut files).unwrap();
        let manifest = files.remove(Path::new("Cargo.toml")).unwrap();
        let left: Vec<&str> = files.keys().filter_map(|path| path.to_str()).collect();
        assert_eq!(
            left,
            [
                "src/lib.rs",
                "tests/a.rs",
                "tests/c/main.rs",
                "tests/support/help.rs"
            ]
        );
        assert_eq!(
            String::from_utf8(manifest).unwrap(),
            "[package]\nname = \"start-one\"\n\n[[test]]\nname = \"a\"\nharness = false\n"
        );
        assert_eq!(
            only.filter(),
            "(binary_id(=start-one::a) & test(=adds)) + (binary_id(=start-one::c) & test(=m::stops))"
        );
    }
}
