//! What is wrong with a file that an author wrote: where, and what is expected.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A manifest, or a `traps.toml`, that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file, relative to the root.
    pub file: PathBuf,
    /// The line, from 1, if one is to blame.
    pub line: Option<usize>,
    /// The field to blame, or empty.
    pub field: String,
    /// What is wrong and what is expected.
    pub message: String,
}

impl FileError {
    pub(crate) fn new(file: &Path, line: Option<usize>, field: &str, message: String) -> Self {
        Self {
            file: file.to_owned(),
            line,
            field: field.to_owned(),
            message,
        }
    }

    /// From what the TOML parser says about `text`.
    pub(crate) fn from_toml(text: &str, file: &Path, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_at(text, span.start));
        let message = error.message();
        let missing = message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'));
        if let Some(field) = missing {
            return Self::new(file, line, field, "is missing".to_owned());
        }
        let field = line.map(|line| key_at(text, line)).unwrap_or_default();
        Self::new(file, line, &field, message.to_owned())
    }
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.field.is_empty() {
            write!(f, ": field `{}`", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The line, from 1, of a byte offset; the last one for an offset at the very end.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = text
        .bytes()
        .take(offset)
        .filter(|&byte| byte == b'\n')
        .count();
    before.min(text.lines().count().saturating_sub(1)) + 1
}

/// The line, from 1, that assigns to `key`.
pub(crate) fn line_of_key(text: &str, key: &str) -> Option<usize> {
    let assigns = |line: &str| {
        line.split_once('=')
            .is_some_and(|(found, _)| found.trim() == key)
    };
    text.lines().position(assigns).map(|at| at + 1)
}

/// The key that is assigned to on a line, or, inside a value of several lines, above it.
fn key_at(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let above = lines
        .iter()
        .rev()
        .take_while(|line| !line.trim_start().starts_with('['));
    let assignment = above.filter_map(|line| line.split_once('=')).next();
    assignment
        .map(|(key, _)| key.trim().to_owned())
        .unwrap_or_default()
}
