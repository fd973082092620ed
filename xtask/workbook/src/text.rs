//! Text as programs print it, made fit to show.

use std::path::Path;

/// `path` with forward slashes, as links and commands on every system take it.
pub(crate) fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// `text` without colours and other terminal controls.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
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
