//! What the firmware prints: passed on as it comes, up to a limit, without the final mark.

use std::io::{self, Write};

use crate::protocol::MARK;

/// No more than this many bytes of a boot's output are passed on or kept.
pub(crate) const LIMIT: usize = 1 << 20;

/// What QEMU itself says as it starts this board, which means nothing to anybody: the watchdog has
/// no clock yet, and nothing is plugged into the Ethernet port.
const NOISE: [&[u8]; 2] = [
    b"Timer with period zero, disabling\n",
    b"qemu-system-arm: warning: nic stellaris_enet.0 has no peer\n",
];

/// A filter from the firmware's console to `out`.
#[derive(Debug)]
pub(crate) struct Console<W> {
    out: W,
    /// The mark up to its word, if this boot has a token.
    prefix: Option<Vec<u8>>,
    /// The start of the output, as long as it may be noise.
    preamble: Option<Vec<u8>>,
    /// What may become the mark.
    held: Vec<u8>,
    passed_on: usize,
    dropped: usize,
}

impl<W: Write> Console<W> {
    pub(crate) fn new(out: W, token: Option<&str>) -> Self {
        let prefix = token.map(|token| {
            let mut prefix = vec![MARK];
            prefix.extend_from_slice(token.as_bytes());
            prefix.push(b' ');
            prefix
        });
        Self {
            out,
            prefix,
            preamble: Some(Vec::new()),
            held: Vec::new(),
            passed_on: 0,
            dropped: 0,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If `out` refuses them.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(mut start) = self.preamble.take() else {
            return self.look_for_the_mark(bytes);
        };
        start.extend_from_slice(bytes);
        while let Some(noise) = NOISE.iter().find(|noise| start.starts_with(noise)) {
            start.drain(..noise.len());
        }
        if NOISE.iter().any(|noise| noise.starts_with(&start)) {
            self.preamble = Some(start);
            return Ok(());
        }
        self.look_for_the_mark(&start)
    }

    fn look_for_the_mark(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.held.is_empty() {
                let until = match self.prefix {
                    Some(_) => bytes.iter().position(|&byte| byte == MARK),
                    None => None,
                };
                let (text, rest) = bytes.split_at(until.unwrap_or(bytes.len()));
                self.pass_on(text)?;
                bytes = rest;
            }
            if let Some((&byte, rest)) = bytes.split_first() {
                self.held.push(byte);
                bytes = rest;
                if !self.may_be_the_mark() {
                    // It was text after all, which may hide the mark's real start.
                    let text = std::mem::take(&mut self.held);
                    self.pass_on(&text[..1])?;
                    self.look_for_the_mark(&text[1..])?;
                }
            }
        }
        self.out.flush()
    }

    /// Whether what is held is a start of the mark, or the whole and nothing more.
    fn may_be_the_mark(&self) -> bool {
        const LONGEST_WORD: usize = 16;

        let Some(prefix) = &self.prefix else {
            return false;
        };
        let common = prefix.len().min(self.held.len());
        let (start, word) = self.held.split_at(common);
        let whole = word.iter().position(|&byte| byte == b'\n');
        start == &prefix[..common]
            && word.len() <= LONGEST_WORD
            && whole.is_none_or(|end| end + 1 == word.len())
    }

    fn pass_on(&mut self, text: &[u8]) -> io::Result<()> {
        let fits = text.len().min(LIMIT - self.passed_on);
        self.passed_on += fits;
        self.dropped += text.len() - fits;
        self.out.write_all(&text[..fits])
    }

    /// Ends the output. The word of the mark, if the mark was the last thing that came.
    ///
    /// # Errors
    ///
    /// If `out` refuses what is left.
    pub(crate) fn finish(mut self) -> io::Result<(W, Option<String>)> {
        if let Some(start) = self.preamble.take() {
            self.look_for_the_mark(&start)?;
        }
        let held = std::mem::take(&mut self.held);
        let word = self
            .prefix
            .as_ref()
            .and_then(|prefix| held.strip_prefix(prefix.as_slice()))
            .and_then(|word| word.strip_suffix(b"\n"))
            .map(|word| String::from_utf8_lossy(word).into_owned());
        if word.is_none() {
            self.pass_on(&held)?;
        }
        if self.dropped > 0 {
            writeln!(
                self.out,
                "\n[the output ends here: {} more bytes were dropped after the first MiB]",
                self.dropped
            )?;
        }
        self.out.flush()?;
        Ok((self.out, word))
    }
}

#[cfg(test)]
mod tests {
    use super::{Console, LIMIT};

    /// Feeds `pieces` and returns the text passed on and the mark's word.
    fn filter(pieces: &[&str]) -> (String, Option<String>) {
        let mut console = Console::new(Vec::new(), Some("c0ffee"));
        for piece in pieces {
            console
                .feed(piece.as_bytes())
                .expect("a Vec takes everything");
        }
        let (out, word) = console.finish().expect("a Vec takes everything");
        (String::from_utf8(out).expect("text stays text"), word)
    }

    #[test]
    fn the_mark_is_taken_out() {
        let (text, word) = filter(&["hello\n\u{1e}c0ffee passed\n"]);
        assert_eq!(
            (text.as_str(), word.as_deref()),
            ("hello\n", Some("passed"))
        );
    }

    #[test]
    fn the_mark_may_come_in_pieces() {
        let (text, word) = filter(&["hello", "\u{1e}", "c0f", "fee pas", "sed", "\n"]);
        assert_eq!((text.as_str(), word.as_deref()), ("hello", Some("passed")));
    }

    #[test]
    fn qemus_own_noise_is_taken_out_at_the_start() {
        let (first, second) = (
            "Timer with period zero, disabling\n",
            "qemu-system-arm: warning: ",
        );
        let (text, _) = filter(&[first, second, "nic stellaris_enet.0 has no peer\nhello\n"]);
        assert_eq!(text, "hello\n");
        let (text, _) = filter(&[second, "no such file\n", first]);
        assert_eq!(text, format!("{second}no such file\n{first}"));
        assert_eq!(filter(&["Tim"]).0, "Tim");
    }

    #[test]
    fn another_token_is_text() {
        let (text, word) = filter(&["\u{1e}decade passed\n"]);
        assert_eq!((text.as_str(), word), ("\u{1e}decade passed\n", None));
    }

    #[test]
    fn a_mark_that_is_not_last_is_text() {
        let (text, word) = filter(&["\u{1e}c0ffee passed\n", "and more"]);
        assert_eq!(
            (text.as_str(), word),
            ("\u{1e}c0ffee passed\nand more", None)
        );
    }

    #[test]
    fn the_mark_may_follow_what_looked_like_it() {
        let (text, word) = filter(&["\u{1e}c0f\u{1e}c0ffee failed\n"]);
        assert_eq!(
            (text.as_str(), word.as_deref()),
            ("\u{1e}c0f", Some("failed"))
        );
    }

    #[test]
    fn output_is_cut_but_the_mark_is_found() {
        let flood = "x".repeat(LIMIT);
        let (text, word) = filter(&[&flood, "yyy", "\u{1e}c0ffee failed\n"]);
        assert!(text.starts_with(&flood) && !text.contains('y'.to_string().repeat(2).as_str()));
        assert!(text.ends_with("3 more bytes were dropped after the first MiB]\n"));
        assert_eq!(word.as_deref(), Some("failed"));
    }
}
