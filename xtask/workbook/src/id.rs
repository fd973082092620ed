//! Ids of exercises: `chapter/name`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An exercise's id, such as `memory/shared-cache`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExerciseId {
    chapter: String,
    name: String,
}

/// Why a text is no exercise id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no exercise id: expected `chapter/name` in lower case, digits and hyphens")]
pub struct InvalidId(String);

impl ExerciseId {
    /// The id of `name` in `chapter`; each is lower-case ASCII letters, digits and inner hyphens.
    pub fn new(chapter: &str, name: &str) -> Result<Self, InvalidId> {
        if is_slug(chapter) && is_slug(name) {
            Ok(Self {
                chapter: chapter.to_owned(),
                name: name.to_owned(),
            })
        } else {
            Err(InvalidId(format!("{chapter}/{name}")))
        }
    }

    /// The chapter's part: `memory` of `memory/shared-cache`.
    pub fn chapter(&self) -> &str {
        &self.chapter
    }

    /// The exercise's part: `shared-cache` of `memory/shared-cache`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The package that an exercise of this id must have: `memory-shared-cache`.
    pub fn package(&self) -> String {
        format!("{}-{}", self.chapter, self.name)
    }
}

/// Whether `text` can be a part of an id.
pub fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.chapter, self.name)
    }
}

impl FromStr for ExerciseId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (chapter, name) = text
            .split_once('/')
            .ok_or_else(|| InvalidId(text.to_owned()))?;
        Self::new(chapter, name).map_err(|_| InvalidId(text.to_owned()))
    }
}

impl TryFrom<String> for ExerciseId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<ExerciseId> for String {
    fn from(id: ExerciseId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip() {
        let id: ExerciseId = "memory/shared-cache".parse().unwrap();
        assert_eq!(id.to_string(), "memory/shared-cache");
        assert_eq!(id.package(), "memory-shared-cache");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "", "memory", "/", "Memory/x", "a/b/c", "a/-b", "a/b-", "a/b--c", "1/x", "a/é",
        ] {
            assert!(text.parse::<ExerciseId>().is_err(), "{text:?} was taken");
        }
    }
}
