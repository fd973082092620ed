//! The one door to each of the two streams. Nobody need read them: `cargo xtask book test | head` is no error.

use std::io::{self, Write as _};

/// Writes a line that was asked for to standard output.
pub(crate) fn line(text: impl std::fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Says a line on standard error.
pub(crate) fn note(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
