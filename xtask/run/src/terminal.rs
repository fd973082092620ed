//! The terminal: what it can show, and the one door to each of the two streams.
//!
//! Standard output is for what was asked for, a report or JSON, and for nothing else. Everything that is
//! said meanwhile goes to standard error, by way of [`note`], which knows of the spinner that may be
//! turning there. A stream that nobody reads (`| head`) is no error of ours.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal as _, Write as _},
    process::Stdio,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use workbook::report::json;

mod ask;

pub use ask::ask;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether standard output takes colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// Whether standard output is a screen that may be cleared.
    pub screen: bool,
    /// Whether standard error is a terminal whose last line may be redrawn.
    pub progress: bool,
    /// Whether a person can be asked.
    pub interactive: bool,
}

/// Which of the three streams are terminals.
#[derive(Clone, Copy, Debug, Default)]
struct Streams {
    input: bool,
    output: bool,
    error: bool,
}

impl Terminal {
    /// One that shows nothing but plain lines.
    pub const PLAIN: Self = Self {
        color: false,
        width: 80,
        screen: false,
        progress: false,
        interactive: false,
    };

    /// This process's own.
    pub fn detect() -> Self {
        let streams = Streams {
            input: io::stdin().is_terminal(),
            output: output().is_terminal(),
            error: error().is_terminal(),
        };
        let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
        Self::of(streams, width, |key| env::var_os(key))
    }

    fn of(streams: Streams, width: usize, var: impl Fn(&str) -> Option<OsString>) -> Self {
        // Set, and neither to nothing nor to 0, as https://bixense.com/clicolors and https://no-color.org have it.
        let set = |key: &str| var(key).filter(|value| !value.is_empty());
        let on = |key: &str| set(key).is_some_and(|value| value != "0");
        let off = |key: &str| set(key).is_some_and(|value| value == "0");
        let able = set("TERM").is_some_and(|term| term != "dumb");
        let color = on("CLICOLOR_FORCE") || (streams.output && able && !off("CLICOLOR"));
        Self {
            color: color && set("NO_COLOR").is_none(),
            width: width.clamp(40, 120),
            screen: streams.output && able,
            progress: streams.error && able,
            interactive: streams.input && streams.error,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the door to standard output")]
fn output() -> io::Stdout {
    io::stdout()
}

#[expect(clippy::disallowed_methods, reason = "the door to standard error")]
fn error() -> io::Stderr {
    io::stderr()
}

/// Writes what was asked for to standard output.
///
/// # Errors
/// If it can't be written: a full disk. That nobody reads it any more is none.
pub fn print(text: &str) -> io::Result<()> {
    // The spinner's line, if it turns, is on the same terminal.
    suspend(|| {
        let mut out = output().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    })
}

/// Writes JSON to standard output, on lines that a person can read. No string in it holds a terminal's
/// escape, whatever tool it came from.
///
/// # Errors
/// As [`print`].
pub fn print_json(value: &impl Serialize) -> io::Result<()> {
    print(&json::pretty(value)?)
}

/// The same on one line, for a stream of them.
///
/// # Errors
/// As [`print`].
pub fn print_json_line(value: &impl Serialize) -> io::Result<()> {
    print(&json::line(value)?)
}

/// Says a line on standard error.
pub fn note(text: &str) {
    suspend(|| {
        // Nobody is left to tell that it can't be written.
        let _ = writeln!(error(), "{text}");
    });
}

/// Draws over the last line of standard error: only where [`Terminal::progress`] says so.
pub fn draw(line: &str) {
    let mut error = error();
    // Nobody is left to tell that it can't be written.
    let _ = write!(error, "\r\x1b[2K{line}").and_then(|()| error.flush());
}

/// Standard error, for a process that writes to the terminal itself.
pub fn for_children() -> Stdio {
    error().into()
}

/// The spinner that is turning.
static TURNING: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Does something that writes to the terminal or asks there, while the spinner is gone. It would
/// otherwise draw over the text a moment later.
pub fn suspend<R>(work: impl FnOnce() -> R) -> R {
    // Taken out meanwhile, so that what is written within finds none.
    let bar = TURNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match bar {
        None => work(),
        Some(bar) => {
            let result = bar.suspend(work);
            if !bar.is_finished() {
                *TURNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
            }
            result
        }
    }
}

/// A line on standard error that changes and turns; gone when dropped. At most one turns at a time.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Starts to turn.
    pub fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        *TURNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
        Self(bar)
    }

    /// Shows this from now on.
    pub fn show(&self, text: String) {
        self.0.set_message(text);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        TURNING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Streams = Streams {
        input: true,
        output: true,
        error: true,
    };

    fn with(streams: Streams, vars: &[(&str, &str)]) -> Terminal {
        Terminal::of(streams, 80, |key| {
            let (_, value) = vars.iter().find(|(name, _)| *name == key)?;
            Some(value.into())
        })
    }

    #[test]
    fn colours_are_for_terminals_that_know_them_and_people_who_want_them() {
        let term = ("TERM", "xterm");
        let none = Streams::default();
        for (streams, vars, color) in [
            (ALL, &[term][..], true),
            (ALL, &[], false),
            (ALL, &[("TERM", "dumb")], false),
            (ALL, &[term, ("NO_COLOR", "1")], false),
            (ALL, &[term, ("NO_COLOR", "")], true),
            (ALL, &[term, ("CLICOLOR", "0")], false),
            (none, &[term], false),
            (none, &[term, ("CLICOLOR_FORCE", "")], false),
            (none, &[term, ("CLICOLOR_FORCE", "0")], false),
            (none, &[term, ("CLICOLOR_FORCE", "1")], true),
            (none, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ] {
            assert_eq!(with(streams, vars).color, color, "{streams:?} {vars:?}");
        }
    }

    #[test]
    fn a_dumb_terminal_is_neither_cleared_nor_redrawn_but_can_be_asked() {
        let dumb = with(ALL, &[("TERM", "dumb")]);
        assert!(!dumb.screen && !dumb.progress && dumb.interactive);
        let plain = with(ALL, &[("TERM", "xterm"), ("NO_COLOR", "1")]);
        assert!(plain.screen && plain.progress && plain.interactive);
        let piped = Streams {
            output: false,
            ..ALL
        };
        let forced = with(piped, &[("TERM", "xterm"), ("CLICOLOR_FORCE", "1")]);
        assert!(forced.color && !forced.screen && forced.progress);
    }
}
