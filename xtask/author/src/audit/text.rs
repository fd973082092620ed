//! What tools say, made fit for a report.

use std::path::{Path, PathBuf};

use workbook::{catalog::Exercise, plan::Side, text::plain};

/// How many lines of what a tool said are shown with a problem.
const LINES: usize = 24;

/// `text` without colours, and only its first lines.
pub fn excerpt(text: &str) -> String {
    let plain = plain(text);
    let mut lines = plain.trim().lines();
    let mut shown: Vec<&str> = lines.by_ref().take(LINES).map(str::trim_end).collect();
    if lines.next().is_some() {
        shown.push("…");
    }
    shown.join("\n")
}

/// The first lines of what a tool said of a staged exercise, where its files are called by the paths
/// that they were staged from: `dir` holds the overlay, relative to the root.
pub fn staged_excerpt(text: &str, side: &Side, exercise: &Exercise, dir: &Path) -> String {
    let shown = |path: &Path| path.display().to_string();
    let staged = Path::new(&side.name()).join(&exercise.dir);
    let text = plain(text).replace(&shown(&staged), &shown(&exercise.dir));
    let from_overlay = |text: String, path: &PathBuf| {
        text.replace(&shown(&exercise.dir.join(path)), &shown(&dir.join(path)))
    };
    excerpt(&exercise.edit.iter().fold(text, from_overlay))
}

/// `` `a`, `b` and `c` ``; of many, the first ones.
pub fn list(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 12;
    let more = names.len().saturating_sub(MOST);
    let shown = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{}`", name.as_ref()));
    joined(
        &shown
            .chain((more > 0).then(|| format!("{more} more")))
            .collect::<Vec<_>>(),
    )
}

/// The same without end.
pub fn all(names: &[&str]) -> String {
    joined(
        &names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>(),
    )
}

fn joined(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_a_person_would() {
        assert_eq!(list(&[] as &[&str]), "none");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
