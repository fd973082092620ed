//! The map: what the workbook set out to teach, row by row, and the exercises that teach it.

use std::fmt::Write as _;

use workbook::{catalog::Catalog, covers, page::Problem};

use crate::pages::Page;

/// One table for each group of rows; links are relative to the book's top.
pub(crate) fn tables(catalog: &Catalog) -> String {
    let mut text = String::new();
    for group in covers::GROUPS {
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "## {}\n\n| row | about | exercises |\n| --- | --- | --- |\n",
            group.title
        );
        for row in group.rows {
            let links: Vec<String> = catalog
                .covering(row)
                .map(|exercise| format!("[{}]({}.md)", exercise.title, exercise.place))
                .collect();
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                row.name(),
                row.title,
                links.join("<br>")
            );
        }
        text.push('\n');
    }
    text
}

/// Rows that no exercise covers, where the page shows the map.
pub(crate) fn problems(catalog: &Catalog, page: &Page) -> Vec<Problem> {
    let marker = "<!-- workbook:map -->";
    let Some(at) = page.text.lines().position(|line| line.trim_end() == marker) else {
        return Vec::new();
    };
    covers::rows()
        .filter(|row| catalog.covering(row).next().is_none())
        .map(|row| {
            let message = format!(
                "no exercise covers `{}`: name it in the manifest of one that does",
                row.key
            );
            Problem::new(&page.path, at + 1, message)
        })
        .collect()
}
