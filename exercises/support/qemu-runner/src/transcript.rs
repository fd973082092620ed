//! What UART0 should have sent, and what it did.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::console::LIMIT;

/// The two files of a test, where it has them.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    expected: Option<Vec<u8>>,
    input: Vec<u8>,
}

impl Transcript {
    /// Looks for `tests/transcripts/NAME.txt` and `NAME.in` under the working directory.
    pub(crate) fn of(test: &str) -> Self {
        let folder = Path::new("tests/transcripts");
        Self {
            expected: fs::read(folder.join(format!("{test}.txt"))).ok(),
            input: fs::read(folder.join(format!("{test}.in"))).unwrap_or_default(),
        }
    }

    /// What UART0 is to receive.
    pub(crate) fn input(&self) -> Vec<u8> {
        self.input.clone()
    }

    /// Compares. Without a transcript nothing is wrong, and what was sent is merely shown.
    pub(crate) fn complaint(&self, uart: &[u8]) -> Option<String> {
        match &self.expected {
            None => {
                print_uart(uart);
                None
            }
            Some(expected) if expected == uart => None,
            Some(expected) => Some(diff(expected, uart)),
        }
    }
}

/// Shows what UART0 sent.
pub(crate) fn print_uart(uart: &[u8]) {
    if !uart.is_empty() {
        println!("--- UART0 ---");
        for line in lines(&uart[..uart.len().min(LIMIT)]) {
            println!("{line}");
        }
    }
}

/// The first line that differs, with what surrounds it: `-` was expected, `+` was sent.
fn diff(expected: &[u8], sent: &[u8]) -> String {
    const BEFORE: usize = 3;
    const AFTER: usize = 6;

    let (expected, sent) = (lines(expected), lines(sent));
    let same = expected
        .iter()
        .zip(&sent)
        .take_while(|(a, b)| a == b)
        .count();
    let mut text = format!(
        "what UART0 sent differs from the transcript at line {} (- expected, + sent):\n",
        same + 1
    );
    let first = same.saturating_sub(BEFORE);
    if first > 0 {
        text.push_str("    …\n");
    }
    let mut show = |sign: char, lines: &[String], most: usize| {
        for line in lines.iter().take(most) {
            let _ = writeln!(text, "  {sign} {line}");
        }
        if lines.len() > most {
            let _ = writeln!(text, "  {sign} … and {} more lines", lines.len() - most);
        }
    };
    show(' ', &expected[first..same], BEFORE);
    show('-', &expected[same..], AFTER);
    show('+', &sent[same..], AFTER);
    if same == sent.len() {
        text.push_str("  + (nothing more)\n");
    }
    text
}

/// Lines with all that cannot be seen made visible, so that no two that differ look the same.
fn lines(bytes: &[u8]) -> Vec<String> {
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| match line.strip_suffix(b"\n") {
            Some(line) => visible(line),
            None => visible(line) + " (no newline at the end)",
        })
        .collect()
}

fn visible(line: &[u8]) -> String {
    let mut text = String::new();
    for chunk in line.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\r' => text.push('␍'),
                '\t' => text.push('␉'),
                control if control.is_control() => text.extend(control.escape_unicode()),
                character => text.push(character),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Transcript, diff, lines};

    #[test]
    fn equal_to_the_byte_is_right() {
        let transcript = Transcript {
            expected: Some(b"on\noff\n".to_vec()),
            input: Vec::new(),
        };
        assert_eq!(transcript.complaint(b"on\noff\n"), None);
        assert!(transcript.complaint(b"on\r\noff\r\n").is_some());
        assert!(transcript.complaint(b"on\noff").is_some());
        assert!(transcript.complaint(b"").is_some());
    }

    #[test]
    fn the_difference_is_shown_where_it_begins() {
        let text = diff(b"1\n2\n3\n4\n5\n", b"1\n2\n3\n4\r\n5\n");
        assert!(
            text.starts_with("what UART0 sent differs from the transcript at line 4"),
            "{text}"
        );
        assert!(
            text.contains("    3\n  - 4\n  - 5\n  + 4␍\n  + 5\n"),
            "{text}"
        );
    }

    #[test]
    fn silence_is_named() {
        assert!(diff(b"1\n", b"").ends_with("  - 1\n  + (nothing more)\n"));
    }

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        assert_eq!(lines(b"a\tb\x00\xff\n"), ["a␉b\\u{0}\\xff"]);
    }
}
