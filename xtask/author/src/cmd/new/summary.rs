//! The book's table of contents, with one more line.

use super::place::{Place, in_words};

/// `summary` with the page of `place` after the others of its chapter; a new chapter goes before the
/// first one with a higher number.
pub fn with(summary: &str, place: &Place, title: &str) -> String {
    let mut lines: Vec<String> = summary.lines().map(str::to_owned).collect();
    let page = format!("  - [{}]({}.md)", escaped(title), place.place);
    let link = format!("]({}/index.md)", place.chapter);
    let chapter = lines.iter().position(|line| line.contains(&link));
    match chapter {
        Some(at) => lines.insert(end_of_chapter(&lines, at), page),
        None => {
            let at = place_of_chapter(&lines, &place.chapter);
            let name = in_words(place.id.chapter());
            lines.splice(
                at..at,
                [format!("- [{name}]({}/index.md)", place.chapter), page],
            );
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The line after the last page of the chapter at `at`.
fn end_of_chapter(lines: &[String], at: usize) -> usize {
    let pages = lines[at + 1..]
        .iter()
        .take_while(|line| line.starts_with(' ') && line.trim_start().starts_with("- ["));
    at + 1 + pages.count()
}

fn place_of_chapter(lines: &[String], chapter: &str) -> usize {
    let numbered = |line: &String| {
        let folder = line
            .strip_prefix("- [")?
            .split_once("](")?
            .1
            .strip_suffix("/index.md)")?;
        folder
            .starts_with(|c: char| c.is_ascii_digit())
            .then(|| folder.to_owned())
    };
    let after = lines
        .iter()
        .position(|line| numbered(line).is_some_and(|known| known.as_str() > chapter));
    let last = lines
        .iter()
        .rposition(|line| numbered(line).is_some())
        .map(|at| end_of_chapter(lines, at));
    let heading = lines
        .iter()
        .position(|line| line.trim() == "# Chapters")
        .map(|at| (at + 2).min(lines.len()));
    after.or(last).or(heading).unwrap_or(lines.len())
}

/// A title as the text of a link.
fn escaped(title: &str) -> String {
    title.replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "# Summary\n\n[About](index.md)\n\n# Chapters\n\n- [Start](00-start/index.md)\n  - [First](00-start/01-first.md)\n- [Memory](04-memory/index.md)\n\n# Reference\n\n- [Facts](facts.md)\n";

    fn place(text: &str) -> Place {
        let (chapter, name) = text.split_once('/').unwrap();
        let id = workbook::id::ExerciseId::new(&chapter[3..], &name[3..]).unwrap();
        Place {
            id,
            chapter: chapter.to_owned(),
            is_new_chapter: false,
            place: text.to_owned(),
        }
    }

    #[track_caller]
    fn follows(place_text: &str, added: &str, before: &str) {
        let summary = with(SUMMARY, &place(place_text), "It [is]");
        assert!(
            summary.contains(&format!("{before}\n{added}\n")),
            "{summary}"
        );
        assert_eq!(
            summary.lines().count(),
            SUMMARY.lines().count() + added.lines().count(),
            "nothing else changes"
        );
    }

    #[test]
    fn a_page_goes_to_the_end_of_its_chapter() {
        follows(
            "00-start/02-it",
            "  - [It \\[is\\]](00-start/02-it.md)",
            "  - [First](00-start/01-first.md)",
        );
        follows(
            "04-memory/01-it",
            "  - [It \\[is\\]](04-memory/01-it.md)",
            "- [Memory](04-memory/index.md)",
        );
    }

    #[test]
    fn a_chapter_goes_where_its_number_is() {
        let added = |chapter: &str, name: &str| {
            format!("- [{name}]({chapter}/index.md)\n  - [It \\[is\\]]({chapter}/01-it.md)")
        };
        follows(
            "02-types/01-it",
            &added("02-types", "Types"),
            "  - [First](00-start/01-first.md)",
        );
        follows(
            "09-last/01-it",
            &added("09-last", "Last"),
            "- [Memory](04-memory/index.md)",
        );
    }
}
