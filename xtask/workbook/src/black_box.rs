//! Whether a learner's tests judge the code by what it does.
//!
//! Where tests are what is checked, a test that finds out *which* version of the code it runs against could reject
//! every mutant without testing anything: by reading the sources, the environment, or the place of a panic. So the
//! ways to do that are refused, by name. Names in comments and strings don't count.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// A word that gives a test a way to look at its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offence {
    /// The word.
    pub word: &'static str,
    /// What it would let a test do.
    pub reach: &'static str,
}

const READS: &str = "reads files, and so could read the code under test";
const PLACE: &str = "tells where the code lies";
const AROUND: &str = "gets past what the language grants a test";
const MACHINE: &str = "looks at the process and the machine that run the test";

/// Every word that is refused.
const WORDS: &[Offence] = &[
    Offence::new("include", READS),
    Offence::new("include_bytes", READS),
    Offence::new("include_str", READS),
    Offence::new("fs", READS),
    Offence::new("Path", READS),
    Offence::new("PathBuf", READS),
    Offence::new("env", MACHINE),
    Offence::new("option_env", MACHINE),
    Offence::new("Command", MACHINE),
    Offence::new("file!", PLACE),
    Offence::new("Location", PLACE),
    Offence::new("Backtrace", PLACE),
    Offence::new("set_hook", PLACE),
    Offence::new("unsafe", AROUND),
    Offence::new("extern", AROUND),
];

impl Offence {
    const fn new(word: &'static str, reach: &'static str) -> Self {
        Self { word, reach }
    }
}

/// The refused words in a Rust file, each once. A text that is no Rust has none: the compiler has its say on it.
pub fn offences(text: &str) -> Vec<Offence> {
    let mut found = Vec::new();
    if let Ok(tokens) = text.parse::<TokenStream>() {
        scan(tokens, &mut found);
    }
    found
}

fn scan(tokens: TokenStream, found: &mut Vec<Offence>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => scan(group.stream(), found),
            TokenTree::Ident(ident) => {
                // Not the `!` of `!=`.
                let is_called = matches!(
                    tokens.peek(),
                    Some(TokenTree::Punct(punct)) if punct.as_char() == '!' && punct.spacing() == Spacing::Alone
                );
                let ident = ident.to_string();
                let name = ident.strip_prefix("r#").unwrap_or(&ident);
                let is_it = |offence: &&Offence| match offence.word.strip_suffix('!') {
                    Some(word) => is_called && name == word,
                    None => name == offence.word,
                };
                if let Some(offence) = WORDS.iter().find(is_it)
                    && !found.contains(offence)
                {
                    found.push(*offence);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// What the learner is told about a file's offences; empty if there are none.
pub fn objection(file: &str, text: &str) -> String {
    let line = |offence: Offence| {
        format!(
            "{file} mentions `{}`, which {}\n",
            offence.word, offence.reach
        )
    };
    let lines: String = offences(text).into_iter().map(line).collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "{lines}Your tests are to tell right code from wrong by what it does. Call it, and look at what comes back."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&'static str> {
        offences(text)
            .into_iter()
            .map(|offence| offence.word)
            .collect()
    }

    #[test]
    fn ways_to_look_around_are_refused() {
        let table: &[(&str, &[&str])] = &[
            (
                "const S: &str = include_str!(\"../src/lib.rs\");",
                &["include_str"],
            ),
            ("fn f() { env!(\"CARGO_PKG_NAME\"); }", &["env"]),
            (
                "use std::{env as e, fs}; fn f() { e::vars(); }",
                &["env", "fs"],
            ),
            ("use std::*; fn f() { r#env::vars(); }", &["env"]),
            (
                "macro_rules! m { ($i:ident) => { $i!(\"x\") } } m!(include_str);",
                &["include_str"],
            ),
            ("#[test] fn t() { assert!(file!().len() > 3); }", &["file!"]),
            (
                "#[doc = include_str!(\"../src/lib.rs\")] fn f() {}",
                &["include_str"],
            ),
            (
                "fn f() { std::process::Command::new(\"cat\"); }",
                &["Command"],
            ),
            ("fn f() { std::panic::set_hook(todo!()) }", &["set_hook"]),
            (
                "extern \"C\" { fn open(); } fn f() { unsafe { open() } }",
                &["extern", "unsafe"],
            ),
            ("use std::path::Path;", &["Path"]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), *expected, "{text}");
        }
    }

    #[test]
    fn honest_tests_are_not() {
        for text in [
            "// reads env!(\"X\") and include_str!\n/* fs */ #[test] fn t() { assert_eq!(f(\"env fs unsafe\"), 1); }",
            "/// The environment: `std::env`.\nfn f() {}",
            "fn f(file: &str) -> bool { file != \"x\" }",
            "let environment = process(line!()); std::process::id();",
            "fn broken( {",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_objection_names_file_and_word_once() {
        let text = objection("tests/laws.rs", "use std::fs; fn f() { fs::read(\"x\"); }");
        assert_eq!(text.matches("tests/laws.rs mentions `fs`").count(), 1);
        assert_eq!(objection("tests/laws.rs", "fn f() {}"), "");
    }
}
