//! What cargo leaves behind: the sources of a program, and where it is.

use std::path::PathBuf;

/// The sources in a `.d` file that cargo keeps beside a program: `program: source source…`, one rule,
/// where a space in a path stands behind a backslash.
pub(crate) fn sources(text: &str) -> Vec<PathBuf> {
    let mut words = vec![String::new()];
    let mut chars = text.lines().next().unwrap_or_default().chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = c == '\\' && chars.next_if_eq(&' ').is_some();
        match words.last_mut() {
            Some(word) if escaped => word.push(' '),
            Some(word) if c != ' ' => word.push(c),
            _ => words.push(String::new()),
        }
    }
    let sources = words.into_iter().skip(1).filter(|word| !word.is_empty());
    sources.map(PathBuf::from).collect()
}

/// The program among cargo's messages to programs, of which each is one line of JSON.
pub(crate) fn executable(messages: &str) -> Option<PathBuf> {
    const FIELD: &str = "\"executable\":\"";
    let artifacts = messages
        .lines()
        .filter(|line| line.starts_with("{\"reason\":\"compiler-artifact\""));
    let paths = artifacts.filter_map(|line| Some(line.split_once(FIELD)?.1));
    paths.filter_map(string).next_back().map(PathBuf::from)
}

/// A JSON string from behind its first quote. Cargo escapes nothing in a path but these two and
/// control characters, which no path of a workbook holds.
fn string(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                c @ ('"' | '\\') => out.push(c),
                _ => return None,
            },
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_hold_spaces_and_colons() {
        let text = "/a\\ b/target/debug/xtask: /a\\ b/x.rs /c:d/lib.rs /ü/y.rs\n";
        let found = sources(text);
        assert_eq!(
            found,
            ["/a b/x.rs", "/c:d/lib.rs", "/ü/y.rs"].map(PathBuf::from)
        );
        assert!(sources("").is_empty());
        assert!(sources("/target/debug/xtask:\n").is_empty());
    }

    #[test]
    fn the_last_program_is_the_one() {
        let said = r#"{"reason":"compiler-artifact","target":{},"executable":null,"fresh":true}
{"reason":"compiler-artifact","target":{},"executable":"/an \"odd\" place/ü/xtask","fresh":false}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(
            executable(said),
            Some(PathBuf::from("/an \"odd\" place/ü/xtask"))
        );
        assert_eq!(executable("{\"reason\":\"build-finished\"}\n"), None);
    }
}
