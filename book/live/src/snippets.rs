//! Code on pages: no Rust that isn't compiled, and no other that isn't named.

use std::path::Path;

use workbook::page::Problem;

use crate::{
    compiler,
    folders::Folders,
    includes,
    markdown::{self, Block},
    pages::Page,
    problem::Failure,
};

/// Where an `ignore`d block may come from: folders whose code is compiled by something else.
const COMPILED: [&str; 3] = ["exercises", "solutions", "book"];

/// What people write for Rust, and what rustdoc takes for it, without saying so.
const RUST_UNNAMED: [&str; 6] = [
    "Rust",
    "rs",
    "ignore",
    "no_run",
    "should_panic",
    "compile_fail",
];

/// How many doctests a page has.
pub(crate) fn count(page: &Page) -> usize {
    markdown::blocks(&page.text)
        .iter()
        .filter(|block| block.is_rust() && !block.tags().any(|tag| tag == "ignore"))
        .count()
}

/// What is wrong with the form of a page's code blocks.
pub(crate) fn form(page: &Page) -> Vec<Problem> {
    let blocks = markdown::blocks(&page.text);
    blocks
        .iter()
        .filter_map(|block| {
            Some(Problem::new(
                &page.path,
                block.line,
                misformed(page, block)?,
            ))
        })
        .collect()
}

fn misformed(page: &Page, block: &Block) -> Option<String> {
    if block
        .info
        .as_deref()
        .is_none_or(|info| info.trim().is_empty())
    {
        return Some(
            "the code block has no language: open it with ```text, ```rust or another".to_owned(),
        );
    }
    if let Some(tag) = block.tags().next().filter(|tag| RUST_UNNAMED.contains(tag)) {
        return Some(format!(
            "a block of Rust begins with ```rust, not with ```{tag}"
        ));
    }
    if !block.is_rust() {
        return None;
    }
    let tags: Vec<_> = block.tags().skip(1).collect();
    if tags.contains(&"ignore") {
        return ignored(page, block);
    }
    if asks_for_feature(&block.code) {
        return Some(
            "the snippet asks for an unstable feature: readers have the stable compiler".to_owned(),
        );
    }
    if block.code.contains("{{#") {
        return Some("an include in a compiled snippet: use ```rust,ignore and include a file that is compiled".to_owned());
    }
    let is_code = |tag: &str| tag.len() == 5 && tag.starts_with('E');
    let known =
        |tag: &str| matches!(tag, "no_run" | "should_panic" | "compile_fail") || is_code(tag);
    if let Some(tag) = tags.iter().find(|tag| !known(tag)) {
        return Some(format!(
            "unknown tag `{tag}`: expected ignore, no_run, should_panic, or compile_fail with its error code"
        ));
    }
    let fails = tags.contains(&"compile_fail");
    if fails != tags.iter().any(|tag| is_code(tag)) {
        return Some(
            "compile_fail and an error code (```rust,compile_fail,E0382) go together".to_owned(),
        );
    }
    None
}

/// Whether there is a `feature(…)` attribute; `target_feature(…)` is another one.
fn asks_for_feature(code: &str) -> bool {
    let in_name = |char: char| char == '_' || char.is_alphanumeric();
    code.match_indices("feature(")
        .any(|(at, _)| !code[..at].ends_with(in_name))
}

fn ignored(page: &Page, block: &Block) -> Option<String> {
    let body = block.code.trim();
    let is_one =
        body.starts_with("{{#include ") && body.ends_with("}}") && body.matches("{{").count() == 1;
    if !is_one {
        return Some("a ```rust,ignore block must be one {{#include …}} of a compiled file: nobody checks this code".to_owned());
    }
    let inner = Page {
        path: page.path.clone(),
        text: body.to_owned(),
    };
    let file = includes::on(&inner)
        .into_iter()
        .next()
        .and_then(|include| include.file)?;
    let is_compiled = COMPILED.iter().any(|dir| file.starts_with(dir))
        && file.extension().is_some_and(|ext| ext == "rs");
    (!is_compiled).then(|| {
        format!(
            "{} is not compiled: include a .rs file of exercises/, solutions/ or book/",
            file.display()
        )
    })
}

/// Compiles and runs the doctests of a page.
pub(crate) fn doctests(folders: &Folders, page: &Page) -> Result<Vec<Problem>, Failure> {
    if count(page) == 0 {
        return Ok(Vec::new());
    }
    let relative = page.path.trim_start_matches("book/src/");
    let output = compiler::doctest(&folders.src(), Path::new(relative))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut problems: Vec<_> = failures(&stdout)
        .map(|(line, why)| Problem::new(&page.path, line, format!("the snippet fails:\n{why}")))
        .collect();
    if problems.is_empty() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        problems.push(Problem::new(
            &page.path,
            None,
            format!("rustdoc fails:\n{}", indent(stderr.trim())),
        ));
    }
    Ok(problems)
}

/// The sections `---- page.md - Heading (line 12) stdout ----` of rustdoc's report.
fn failures(report: &str) -> impl Iterator<Item = (Option<usize>, String)> {
    report.split("\n---- ").skip(1).map(|section| {
        let (head, body) = section
            .split_once(" stdout ----\n")
            .unwrap_or((section, ""));
        let line = head
            .rsplit_once("(line ")
            .and_then(|(_, rest)| rest.split(')').next()?.parse().ok());
        let body = body.split("\nfailures:\n").next().unwrap_or_default();
        (line, indent(body.trim()))
    })
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::asks_for_feature;

    #[test]
    fn only_the_attribute_asks_for_a_feature() {
        assert!(asks_for_feature("#![feature(never_type)]"));
        assert!(asks_for_feature("#![cfg_attr(all(), feature(never_type))]"));
        assert!(!asks_for_feature("#[target_feature(enable = \"avx2\")]"));
        assert!(!asks_for_feature("#[cfg(feature = \"std\")]"));
    }
}
