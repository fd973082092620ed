//! Pages of the book, as far as the exercises ask something of them: each exercise has its page, and both have the
//! same title, also where they are listed. Who builds the book and who audits an exercise ask here.

use std::fmt;

use crate::{
    catalog::{Catalog, Exercise, unnumbered},
    text,
};

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file to fix, relative to the root, with forward slashes.
    pub file: String,
    /// The line, from 1, where one is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Problem {
    /// A problem of `file`.
    pub fn new(
        file: impl Into<String>,
        line: impl Into<Option<usize>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line: line.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}

/// The text of a page's first `#` heading and its line, from 1. What stands in a block of code is no heading.
pub fn title(page: &str) -> Option<(&str, usize)> {
    let mut fence = None;
    for (at, line) in page.lines().enumerate() {
        let inside = line.trim_start();
        match fence {
            Some(mark) if inside.starts_with(mark) => fence = None,
            Some(_) => {}
            None if inside.starts_with("```") => fence = Some("```"),
            None if inside.starts_with("~~~") => fence = Some("~~~"),
            None => {
                if let Some(title) = line.strip_prefix("# ") {
                    return Some((title.trim(), at + 1));
                }
            }
        }
    }
    None
}

/// What is wrong with an exercise's page, whose text is `page` (`None`: there is no such file), and with how `summary`,
/// the text of `SUMMARY.md`, lists it.
pub fn problems(exercise: &Exercise, page: Option<&str>, summary: &str) -> Vec<Problem> {
    let file = text::slashed(&exercise.page());
    let (id, wanted) = (&exercise.id, &exercise.title);
    let Some(page) = page else {
        let message =
            format!("the exercise `{id}` has no page: write this file, and list it in {SUMMARY}");
        return vec![Problem::new(file, None, message)];
    };
    let own = match title(page) {
        Some((title, _)) if title == wanted => None,
        Some((title, line)) => Some(Problem::new(
            file,
            line,
            format!("the title is `{title}`, but the manifest of `{id}` says `{wanted}`"),
        )),
        None => Some(Problem::new(
            file,
            1,
            format!("the page of `{id}` has no title: begin with `# {wanted}`"),
        )),
    };
    own.into_iter().chain(unlisted(exercise, summary)).collect()
}

/// The list of pages, relative to the root.
const SUMMARY: &str = "book/src/SUMMARY.md";

/// Markdown's text without the backslashes that escape punctuation.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let escapes = char == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation);
        plain.extend(if escapes { chars.next() } else { Some(char) });
    }
    plain
}

fn unlisted(exercise: &Exercise, summary: &str) -> Option<Problem> {
    let link = format!("]({}.md)", exercise.place);
    let listed = summary.lines().enumerate().find_map(|(at, line)| {
        let (before, _) = line.split_once(&link)?;
        let (_, name) = before.split_once('[')?;
        Some((at + 1, unescaped(name)))
    });
    match listed {
        Some((_, name)) if name == exercise.title => None,
        Some((line, name)) => Some(Problem::new(
            SUMMARY,
            line,
            format!(
                "`{name}` should be `{}`, the title of `{}`",
                exercise.title, exercise.id
            ),
        )),
        None => Some(Problem::new(
            SUMMARY,
            None,
            format!(
                "the page of `{}` is not listed, so that no reader finds it: add `[{}]({}.md)`",
                exercise.id, exercise.title, exercise.place
            ),
        )),
    }
}

/// What is wrong with `path`, a file of the book relative to the root, if it stands among the pages of a chapter's
/// exercises and is none of them. A chapter's folder has an `index.md`, and may hold pictures.
pub fn orphan(catalog: &Catalog, path: &str) -> Option<Problem> {
    let inside = path.strip_prefix("book/src/")?;
    let (chapter, name) = inside.split_once('/')?;
    let is_page = name.ends_with(".md") && name != "index.md" || unnumbered(name).is_some();
    let place = inside.trim_end_matches(".md");
    let is_an_exercises = |one: &Exercise| format!("{}.md", one.place) == inside;
    (unnumbered(chapter).is_some() && is_page && !catalog.exercises.iter().any(is_an_exercises))
        .then(|| {
            let message = format!(
                "the page has no exercise: expected one in exercises/{place}; only index.md stands alone in a chapter's folder"
            );
            Problem::new(path, None, message)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_heading_outside_of_code() {
        let table = [
            ("# A cache\n\ntext\n", Some(("A cache", 1))),
            (
                "\n```sh\n# no title\n```\n# A cache \n",
                Some(("A cache", 5)),
            ),
            ("~~~\n```\n# no\n~~~\n# Yes\n", Some(("Yes", 5))),
            ("## Smaller\n", None),
            ("#hashtag\n", None),
            ("", None),
        ];
        for (page, expected) in table {
            assert_eq!(title(page), expected, "{page:?}");
        }
    }
}
