//! Columns and colours. Widths are in columns of the terminal, not in bytes.

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(super) use crate::text::count;

use crate::outcome::Verdict;

/// Paints text, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) color: bool,
}

pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const ODD: Style = AnsiColor::Yellow.on_default();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();

impl Paint {
    /// `text` in `style`.
    pub(super) fn with(self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// The mark and the style of a verdict.
pub(super) fn mark(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Passed => ("✓", GOOD),
        Verdict::Failed
        | Verdict::CompileError
        | Verdict::TimedOut
        | Verdict::Tampered
        | Verdict::Refused => ("✗", BAD),
        Verdict::Blocked => ("!", ODD),
        Verdict::Pending => ("·", FAINT),
    }
}

/// `text` with spaces at its end, up to `width` columns.
pub(super) fn left(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// `text` with spaces before it, up to `width` columns.
pub(super) fn right(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(missing))
}

/// The first line of `text`, cut to `width` columns with an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.width() <= width {
        return line.to_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in line.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        cut.push(c);
    }
    let mut cut = cut.trim_end().to_owned();
    if width > 0 {
        cut.push('…');
    }
    cut
}

/// The widest of `texts`, in columns.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Each line of `text` behind `by` spaces; empty lines stay empty.
pub(super) fn indented(text: &str, by: usize) -> String {
    let line = |line: &str| {
        if line.is_empty() {
            String::from("\n")
        } else {
            format!("{}{line}\n", " ".repeat(by))
        }
    };
    text.lines().map(line).collect()
}

/// `4 ms`, `1.2 s`.
pub(super) fn time(millis: u64) -> String {
    if millis < 1000 {
        format!("{millis} ms")
    } else {
        format!("{}.{} s", millis / 1000, millis % 1000 / 100)
    }
}
