//! The preprocessor: what mdBook's own can't know, because it is in the manifests and the facts.
//!
//! Directives stand on a line of their own: `<!-- workbook:exercises -->` becomes the list of the
//! chapter's exercises (of all, on a page outside the chapters), `<!-- workbook:facts -->` the facts,
//! `<!-- workbook:map -->` what the workbook set out to teach, and where it does.

use std::fmt::Write as _;

use mdbook_driver::book::{Book, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, errors::Result};
use workbook::catalog::Catalog;

use crate::{
    card,
    facts::{self, Fact},
    map,
};

/// The directives that pages may use.
pub(crate) const DIRECTIVES: [&str; 3] = ["exercises", "facts", "map"];

/// Puts cards, lists and facts on the pages.
pub(crate) struct Workbook {
    /// The exercises.
    pub catalog: Catalog,
    /// The facts.
    pub facts: Vec<Fact>,
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        "workbook"
    }

    fn run(&self, _context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        book.for_each_chapter_mut(|chapter| self.complete(chapter));
        Ok(book)
    }
}

impl Workbook {
    fn complete(&self, chapter: &mut Chapter) {
        let Some(path) = chapter.source_path.as_deref() else {
            return;
        };
        let page = path.display().to_string().replace('\\', "/");
        let from = page.rsplit_once('/').map_or("", |(dir, _)| dir);
        let from = if from.starts_with(|first: char| first.is_ascii_digit()) {
            from
        } else {
            ""
        };
        if let Some(exercise) = self
            .catalog
            .exercises
            .iter()
            .find(|exercise| page == format!("{}.md", exercise.place))
        {
            chapter.content = under_title(&chapter.content, &card::card(exercise));
        }
        chapter.content = framed(&flush_left(&chapter.content));
        chapter.content = directive(&chapter.content, "exercises", || {
            card::list(&self.catalog, from)
        });
        chapter.content = directive(&chapter.content, "facts", || facts::table(&self.facts));
        chapter.content = directive(&chapter.content, "map", || map::tables(&self.catalog));
    }
}

/// `text` with `html` after its first line that begins with `# `.
fn under_title(text: &str, html: &str) -> String {
    let mut out = String::with_capacity(text.len() + html.len() + 2);
    let mut done = false;
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        if !done && line.starts_with("# ") {
            done = true;
            out.push('\n');
            out.push_str(html);
            out.push('\n');
        }
    }
    out
}

/// `text` with each diagram in a frame of its own, which scrolls where a phone is too narrow for it.
/// The frame knows the drawing's width, so that its letters are never too small to read.
fn framed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\n<svg class=\"diagram") {
        let (before, svg) = rest.split_at(start + 1);
        let Some(end) = svg.find("</svg>").map(|at| at + "</svg>".len()) else {
            break;
        };
        let (svg, after) = svg.split_at(end);
        let width = view_width(svg).unwrap_or("640");
        out.push_str(before);
        // Writing to a String can't fail.
        let _ = write!(
            out,
            "<figure class=\"diagram-frame\" style=\"--width: {width}\">\n{svg}\n</figure>"
        );
        rest = after;
    }
    out + rest
}

/// `text` with included code moved to the left: an anchor inside an `impl` is indented in its file.
fn flush_left(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        if !line.starts_with("```rust,ignore") {
            continue;
        }
        let mut code = Vec::new();
        let mut close = "";
        for line in lines.by_ref() {
            if line.trim_end() == "```" {
                close = line;
                break;
            }
            code.push(line);
        }
        let written = code.iter().filter(|line| !line.trim().is_empty());
        let indent = written
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .min();
        for line in code {
            out.push_str(line.get(indent.unwrap_or(0)..).unwrap_or("\n"));
        }
        out.push_str(close);
    }
    out
}

/// The third number of `viewBox="0 0 640 150"`.
fn view_width(svg: &str) -> Option<&str> {
    let (_, view) = svg.split_once("viewBox=\"")?;
    let width = view.split('"').next()?.split([' ', ',']).nth(2)?;
    width.parse::<f32>().is_ok().then_some(width)
}

fn directive(text: &str, name: &str, make: impl FnOnce() -> String) -> String {
    let marker = format!("<!-- workbook:{name} -->");
    let is_marker = |line: &str| line.trim_end() == marker;
    if !text.lines().any(is_marker) {
        return text.to_owned();
    }
    let made = make();
    text.split_inclusive('\n')
        .map(|line| {
            if is_marker(line) {
                format!("\n{made}\n")
            } else {
                line.to_owned()
            }
        })
        .collect()
}
