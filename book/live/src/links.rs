//! Links of the rendered book: every page, image and `#fragment` inside it must be there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use scraper::{Html, Selector};
use workbook::page::Problem;

use crate::{
    folders::Folders,
    includes,
    pages::{self, Page},
    problem::Failure,
};

/// A rendered page.
struct Rendered {
    /// Ids and named anchors.
    anchors: BTreeSet<String>,
    /// What it links to, loads or shows.
    targets: BTreeSet<String>,
    /// Whether its links are relative to the book's root (`<base>`, as in 404.html).
    from_root: bool,
}

/// Checks every link of the book in `target/book`; returns how many, and what is wrong.
pub(crate) fn check(folders: &Folders, pages: &[Page]) -> Result<(usize, Vec<Problem>), Failure> {
    let output = folders.output();
    let mut files = BTreeSet::new();
    collect(&output, Path::new(""), &mut files)?;
    let mut rendered = BTreeMap::new();
    for file in files.iter().filter(|file| has_extension(file, "html")) {
        rendered.insert(file.clone(), parse(&pages::read(&output.join(file))?)?);
    }
    let mut count = 0;
    let mut problems = Vec::new();
    for (file, page) in &rendered {
        for target in &page.targets {
            count += 1;
            if let Some(message) = broken(file, page, target, &files, &rendered) {
                problems.push(locate(pages, file, target, message));
            }
        }
    }
    for file in files.iter().filter(|file| has_extension(file, "css")) {
        for target in css_targets(&pages::read(&output.join(file))?) {
            count += 1;
            let found = resolve(file, &target, false).is_some_and(|path| files.contains(&path));
            if !found {
                problems.push(Problem::new(
                    format!("book/theme ({})", file.display()),
                    None,
                    format!("`{target}` is not there"),
                ));
            }
        }
    }
    Ok((count, problems))
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let failed = || format!("failed to list {}", root.join(dir).display());
    for entry in fs::read_dir(root.join(dir)).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let path = dir.join(entry.file_name());
        if entry.path().is_dir() {
            collect(root, &path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

fn parse(html: &str) -> Result<Rendered, Failure> {
    let document = Html::parse_document(html);
    let attributes = |selector: &str, name: &str| -> Result<BTreeSet<String>, Failure> {
        let selector =
            Selector::parse(selector).map_err(|error| anyhow::anyhow!("selector: {error}"))?;
        let values = document
            .select(&selector)
            .filter_map(|element| element.value().attr(name));
        Ok(values.map(str::to_owned).collect())
    };
    let mut anchors = attributes("[id]", "id")?;
    anchors.extend(attributes("a[name]", "name")?);
    let mut targets = attributes(
        "a[href], area[href], link[href], image[href], use[href]",
        "href",
    )?;
    targets.extend(attributes("[src]", "src")?);
    let from_root = !attributes("base[href]", "href")?.is_empty();
    Ok(Rendered {
        anchors,
        targets,
        from_root,
    })
}

/// Why a link leads nowhere, if it does.
fn broken(
    file: &Path,
    page: &Rendered,
    target: &str,
    files: &BTreeSet<PathBuf>,
    rendered: &BTreeMap<PathBuf, Rendered>,
) -> Option<String> {
    if let Some((scheme, rest)) = scheme(target) {
        return match scheme {
            "http" | "https" => {
                (!is_web_address(rest)).then(|| format!("`{target}` is no web address"))
            }
            "mailto" | "data" => None,
            other => Some(format!(
                "`{target}`: links of the kind `{other}:` are not for books"
            )),
        };
    }
    let (path, fragment) = target
        .split_once('#')
        .map_or((target, None), |(path, fragment)| (path, Some(fragment)));
    if path.starts_with('/') && !page.from_root {
        return Some(format!(
            "`{target}` is absolute: the book need not be at the root of its server"
        ));
    }
    let Some(to) = resolve(file, path, page.from_root) else {
        return Some(format!("the link `{target}` leaves the book"));
    };
    if !files.contains(&to) {
        return Some(format!(
            "the link `{target}` leads nowhere: there is no {}",
            to.display()
        ));
    }
    match fragment {
        None | Some("") => None,
        Some(fragment) => {
            let anchors = &rendered.get(&to)?.anchors;
            (!anchors.contains(fragment)).then(|| {
                format!(
                    "the link `{target}` leads nowhere: {} has no `#{fragment}`",
                    to.display()
                )
            })
        }
    }
}

fn scheme(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once(':')?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_lowercase());
    is_scheme.then_some((scheme, rest))
}

fn is_web_address(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else {
        return false;
    };
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_host = host.split('.').all(|label| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    is_host && (host.contains('.') || host == "localhost") && !rest.contains(char::is_whitespace)
}

/// The file that a relative link from `file` means.
fn resolve(file: &Path, path: &str, from_root: bool) -> Option<PathBuf> {
    if path.is_empty() {
        return Some(file.to_owned());
    }
    let path = path.split('?').next().unwrap_or_default();
    let dir = if from_root {
        Path::new("")
    } else {
        file.parent().unwrap_or(Path::new(""))
    };
    let mut to = includes::normalise(&dir.join(path.trim_start_matches('/')))?;
    if path.ends_with('/') || to.as_os_str().is_empty() {
        to.push("index.html");
    }
    Some(to)
}

fn css_targets(css: &str) -> Vec<String> {
    let targets = css
        .split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let targets = targets.map(|target| {
        target
            .trim_matches(['"', '\'', ' '])
            .split(['#', '?'])
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    targets
        .filter(|target| !target.is_empty() && !target.starts_with("data:"))
        .collect()
}

/// Names the page and, if the link is written there, the line.
fn locate(pages: &[Page], file: &Path, target: &str, message: String) -> Problem {
    let path = format!("book/src/{}", file.with_extension("md").display());
    let Some(page) = pages.iter().find(|page| page.path == path) else {
        return Problem::new(format!("target/book/{}", file.display()), None, message);
    };
    let written = target.replace(".html", ".md");
    let line = page
        .text
        .lines()
        .position(|line| line.contains(&written) || line.contains(target))
        .map(|at| at + 1);
    Problem::new(path, line, message)
}
