//! Text: as programs print it, made fit to show; and as people write it.

use std::path::Path;

/// `path` with forward slashes, as links and commands on every system take it.
pub fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `text` without colours, links and other terminal controls.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// `1 test`, `2 tests`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// At most about `limit` bytes of `text` from its start, cut at a character, with a mark.
pub(crate) fn head(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    format!(
        "{}\n… (cut here: it goes on for {} bytes)",
        &text[..text.floor_char_boundary(limit)],
        text.len() - limit
    )
}

/// About `limit` bytes of `text`, half from its start and half from its end.
pub(crate) fn ends(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let head = &text[..text.floor_char_boundary(limit / 2)];
    let tail = &text[text.ceil_char_boundary(text.len() - limit / 2)..];
    // Whole lines, lest half a line looks like one.
    let head = head.rsplit_once('\n').map_or(head, |(lines, _)| lines);
    let tail = tail.split_once('\n').map_or(tail, |(_, lines)| lines);
    format!("{head}\n…\n{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_links_go() {
        let text =
            "\u{1b}[1m\u{1b}[31merror\u{1b}[0m: \u{1b}]8;;https://x\u{7}E0382\u{1b}]8;;\u{7}";
        assert_eq!(plain(text), "error: E0382");
    }

    #[test]
    fn nouns_have_plurals() {
        assert_eq!(
            [0, 1, 2].map(|number| count(number, "test")),
            ["0 tests", "1 test", "2 tests"]
        );
    }
}
