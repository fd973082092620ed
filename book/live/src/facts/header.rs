//! The header of a fact: `//! key: value` lines, continued by indented ones.

use std::{collections::BTreeMap, fmt};

use workbook::page::Problem;

/// One claim, and the file that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The file, relative to the root.
    pub file: String,
    /// The claim: a sentence in Markdown.
    pub claim: String,
    /// Since when.
    pub since: Since,
    /// The `#![feature]` that it was, or is, behind.
    pub feature: Option<String>,
    /// What the compiler says to the code.
    pub expect: Expect,
    /// Where to read more.
    pub source: String,
    /// The file below its header.
    pub code: String,
}

/// Since when something is stable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Since {
    /// A release of Rust.
    Version {
        /// The first number.
        major: u32,
        /// The second.
        minor: u32,
    },
    /// Not on stable Rust.
    NotStable,
}

/// What the compiler is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Nothing.
    Compiles,
    /// Errors of this code only.
    Code(String),
    /// An error that has no code, with this message.
    Message(String),
}

impl Since {
    /// Whether `version`, such as `1.75.0`, is this one.
    pub(crate) fn is(&self, version: &str) -> bool {
        matches!(self, Self::Version { major, minor } if version == format!("{major}.{minor}.0"))
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { major, minor } => write!(f, "{major}.{minor}"),
            Self::NotStable => f.write_str("not stable"),
        }
    }
}

/// Parses a fact's file.
pub(super) fn parse(file: &str, text: &str) -> Result<Fact, Problem> {
    let wrong = |line: usize, message: String| Problem::new(file, line, message);
    let mut fields: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut last = None;
    for (at, line) in text.lines().enumerate() {
        let Some(line) = line.strip_prefix("//! ") else {
            break;
        };
        if line.starts_with("  ") {
            let field = last.as_ref().and_then(|key| fields.get_mut(key));
            let (value, _) =
                field.ok_or_else(|| wrong(at + 1, "this line continues nothing".to_owned()))?;
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        let (key, value) = line
            .split_once(": ")
            .ok_or_else(|| wrong(at + 1, "expected `//! key: value`".to_owned()))?;
        fields.insert(key.to_owned(), (value.trim().to_owned(), at + 1));
        last = Some(key.to_owned());
    }
    let code = text
        .lines()
        .skip_while(|line| line.starts_with("//!"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut take = |key: &str| fields.remove(key);
    let mut need = |key: &str| {
        take(key).ok_or_else(|| {
            wrong(
                1,
                format!(
                    "the header lacks `//! {key}: …` (claim, since, expect and source are needed)"
                ),
            )
        })
    };
    let (claim, _) = need("claim")?;
    let (since, since_line) = need("since")?;
    let (expect, expect_line) = need("expect")?;
    let (source, source_line) = need("source")?;
    let feature = take("feature").map(|(name, _)| name);
    if let Some((key, (_, line))) = fields.into_iter().next() {
        return Err(wrong(
            line,
            format!("unknown key `{key}`: expected claim, since, feature, expect or source"),
        ));
    }
    if !source.starts_with("https://") {
        return Err(wrong(
            source_line,
            format!("the source `{source}` is no https link"),
        ));
    }
    let since = parse_since(&since).ok_or_else(|| {
        wrong(
            since_line,
            format!("`{since}` is no version: expected one like `1.75`, or `not stable`"),
        )
    })?;
    let expect = parse_expect(&expect).ok_or_else(|| {
        wrong(expect_line, format!("`{expect}` is no expectation: expected `compiles`, `error E0658` or `error: message`"))
    })?;
    Ok(Fact {
        file: file.to_owned(),
        claim,
        since,
        feature,
        expect,
        source,
        code: code.trim().to_owned(),
    })
}

fn parse_since(text: &str) -> Option<Since> {
    if text == "not stable" {
        return Some(Since::NotStable);
    }
    let (major, minor) = text.split_once('.')?;
    Some(Since::Version {
        major: major.parse().ok()?,
        minor: minor.parse().ok()?,
    })
}

fn parse_expect(text: &str) -> Option<Expect> {
    if text == "compiles" {
        return Some(Expect::Compiles);
    }
    if let Some(message) = text.strip_prefix("error: ") {
        return Some(Expect::Message(message.to_owned()));
    }
    let code = text.strip_prefix("error ")?;
    let is_code = code.len() == 5
        && code.starts_with('E')
        && code[1..].bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| Expect::Code(code.to_owned()))
}
