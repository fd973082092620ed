//! Comments that say which lines must be refused.

use crate::messages::Error;

/// What stands before such a comment.
const SIGN: &str = " //~ ";

/// Will do where the error code doesn't matter.
const ANY: &str = "refused";

/// A line that must be refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mark<'a> {
    /// Its number, from 1.
    pub(crate) line: usize,
    code: &'a str,
    codes: Vec<&'a str>,
    mentions: Option<&'a str>,
    why: &'a str,
}

/// A program without its marks, which would occur in messages that quote the line.
pub(crate) fn without_marks(source: &str) -> String {
    source
        .lines()
        .flat_map(|line| [line.split(SIGN).next().unwrap_or(line), "\n"])
        .collect()
}

impl<'a> Mark<'a> {
    /// The marks of a program.
    #[track_caller]
    pub(crate) fn all(source: &'a str) -> Vec<Self> {
        let marked = source.lines().zip(1..).filter_map(|(text, line)| {
            let (code, note) = text.split_once(SIGN)?;
            let (expected, why) = note.split_once(": ").expect("a reason after the colon");
            let (codes, mentions) = match expected.split_once(' ') {
                Some((codes, word)) => (codes, Some(word.trim_matches('`'))),
                None => (expected, None),
            };
            Some(Self {
                line,
                code: code.trim(),
                codes: codes.split('|').collect(),
                mentions,
                why,
            })
        });
        marked.collect()
    }

    /// Requires that this line of the program at `path` is refused as it should be.
    #[track_caller]
    pub(crate) fn judge(&self, path: &str, errors: &[Error<'_>]) {
        let Self {
            line, code, why, ..
        } = self;
        let Some(error) = errors.iter().find(|error| error.line == Some(*line)) else {
            panic!("{path}, line {line}, compiles, but should not: {why}\n\n    {code}\n");
        };
        assert!(
            self.codes.contains(&ANY) || error.code.is_some_and(|code| self.codes.contains(&code)),
            "{path}, line {line}, is refused for another reason than it should be: {why}\n\n{}",
            error.text
        );
        if let Some(word) = self.mentions {
            assert!(
                error.text.contains(word),
                "{path}, line {line}, is refused, but the message does not tell what its reader needs to know: expected \
                 the word `{word}` in\n\n{}",
                error.text
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, without_marks};

    const SOURCE: &str =
        "fn main() {\n    a.b(); //~ E1|E2 `Plain`: because\n    c(); //~ refused: so\n}\n";

    #[test]
    fn a_mark_has_codes_a_word_and_a_reason() {
        let expected = [
            Mark {
                line: 2,
                code: "a.b();",
                codes: vec!["E1", "E2"],
                mentions: Some("Plain"),
                why: "because",
            },
            Mark {
                line: 3,
                code: "c();",
                codes: vec!["refused"],
                mentions: None,
                why: "so",
            },
        ];
        assert_eq!(Mark::all(SOURCE), expected);
    }

    #[test]
    fn the_compiler_sees_no_marks() {
        assert_eq!(
            without_marks(SOURCE),
            "fn main() {\n    a.b();\n    c();\n}\n"
        );
    }
}
