//! Where a new exercise goes: its chapter and its numbers.

use std::{fs, path::Path};

use workbook::id::ExerciseId;

/// The trees that know an exercise by the same `NN-chapter/NN-name`.
const TREES: [&str; 3] = ["exercises", "solutions", "book/src"];

/// A free place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `chapter/name`.
    pub id: ExerciseId,
    /// `NN-chapter`.
    pub chapter: String,
    /// Whether the book has no such chapter yet.
    pub is_new_chapter: bool,
    /// `NN-chapter/NN-name`.
    pub place: String,
}

impl Place {
    /// The place of `text`, which is `chapter/name` with or without numbers.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to type instead.
    pub fn find(root: &Path, text: &str) -> Result<Self, String> {
        let (chapter, name) = text.split_once('/').ok_or_else(|| {
            format!("`{text}` is no place for an exercise: expected CHAPTER/NAME")
        })?;
        let (chapter_number, chapter) = split(chapter);
        let (number, name) = split(name);
        let id = ExerciseId::new(chapter, name).map_err(|error| error.to_string())?;
        let chapters = numbered(root, "");
        let folder = match chapters.iter().find(|(_, known)| known == chapter) {
            Some((known, _)) if chapter_number.is_none_or(|number| number == *known) => {
                format!("{known:02}-{chapter}")
            }
            Some((known, _)) => {
                return Err(format!(
                    "the chapter `{chapter}` is {known:02}-{chapter}: type `{known:02}-{chapter}/{name}`"
                ));
            }
            None => new_chapter(&chapters, chapter_number, chapter, name)?,
        };
        let siblings = numbered(root, &folder);
        if let Some((known, _)) = siblings.iter().find(|(_, known)| known == name) {
            return Err(format!(
                "there is a {id} already: {folder}/{known:02}-{name}"
            ));
        }
        let next = siblings
            .iter()
            .map(|(number, _)| number + 1)
            .max()
            .unwrap_or(1);
        let number = number.unwrap_or(next);
        if let Some((_, other)) = siblings.iter().find(|(known, _)| *known == number) {
            return Err(format!(
                "{folder}/{number:02} is `{other}`; the next free number is {next:02}"
            ));
        }
        if number > 99 {
            return Err(format!("{folder} is full: numbers have two digits"));
        }
        let is_new_chapter = !root
            .join("book/src")
            .join(&folder)
            .join("index.md")
            .exists();
        Ok(Self {
            place: format!("{folder}/{number:02}-{name}"),
            id,
            is_new_chapter,
            chapter: folder,
        })
    }
}

fn new_chapter(
    chapters: &[(u32, String)],
    number: Option<u32>,
    chapter: &str,
    name: &str,
) -> Result<String, String> {
    let known = chapters
        .iter()
        .map(|(number, name)| format!("{number:02}-{name}"))
        .collect::<Vec<_>>()
        .join(", ");
    let Some(number) = number else {
        let next = chapters
            .iter()
            .map(|(number, _)| number + 1)
            .max()
            .unwrap_or(0);
        return Err(format!(
            "there is no chapter `{chapter}`{}; for a new one, give its number: `cargo xtask new {next:02}-{chapter}/{name}`",
            if known.is_empty() {
                String::new()
            } else {
                format!(" (there are {known})")
            }
        ));
    };
    match chapters.iter().find(|(known, _)| *known == number) {
        Some((_, other)) => Err(format!(
            "chapter {number:02} is `{other}`; there are {known}"
        )),
        None => Ok(format!("{number:02}-{chapter}")),
    }
}

/// The numbered entries of a folder in all three trees: number and name, sorted, each once.
fn numbered(root: &Path, folder: &str) -> Vec<(u32, String)> {
    let dirs = TREES.map(|tree| root.join(tree).join(folder));
    let entries = dirs
        .iter()
        .filter_map(|dir| fs::read_dir(dir).ok())
        .flatten()
        .flatten();
    let mut found: Vec<(u32, String)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let (number, name) = split(name.strip_suffix(".md").unwrap_or(&name));
            Some((number?, name.to_owned()))
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// `(Some(4), "memory")` of `04-memory`, `(None, "memory")` of `memory`.
fn split(text: &str) -> (Option<u32>, &str) {
    match text.split_once('-') {
        Some((number, rest)) if number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()) => {
            (number.parse().ok(), rest)
        }
        _ => (None, text),
    }
}

/// `Shared cache` of `shared-cache`.
pub fn in_words(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut chars = words.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for dir in [
            "exercises/00-start/01-add",
            "exercises/04-memory/02-pool",
            "solutions/04-memory/03-gone",
            "exercises/support/x",
        ] {
            fs::create_dir_all(root.path().join(dir)).unwrap();
        }
        fs::create_dir_all(root.path().join("book/src/04-memory")).unwrap();
        fs::write(root.path().join("book/src/04-memory/index.md"), "").unwrap();
        root
    }

    #[track_caller]
    fn found(text: &str) -> String {
        match Place::find(root().path(), text) {
            Ok(place) => format!(
                "{} {}",
                place.place,
                if place.is_new_chapter { "new" } else { "known" }
            ),
            Err(sentence) => sentence,
        }
    }

    #[test]
    fn a_chapter_is_known_by_name_or_number() {
        assert_eq!(
            found("memory/shared-cache"),
            "04-memory/04-shared-cache known"
        );
        assert_eq!(
            found("04-memory/shared-cache"),
            "04-memory/04-shared-cache known"
        );
        assert_eq!(
            found("memory/01-shared-cache"),
            "04-memory/01-shared-cache known"
        );
        assert_eq!(found("05-async/first"), "05-async/01-first new");
    }

    #[test]
    fn what_is_taken_or_unclear_is_told() {
        assert!(found("memory").contains("expected CHAPTER/NAME"));
        assert!(
            found("async/first").ends_with("give its number: `cargo xtask new 05-async/first`")
        );
        assert!(found("05-memory/first").contains("is 04-memory"));
        assert!(found("04-async/first").contains("chapter 04 is `memory`"));
        assert!(found("memory/pool").contains("there is a memory/pool already"));
        assert!(found("memory/02-x").contains("the next free number is 04"));
        assert!(found("memory/Shared").contains("is no exercise id"));
        assert!(found("memory/../x").contains("is no exercise id"));
    }
}
