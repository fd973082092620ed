//! Panics in what a program printed.

use std::fmt;

/// A panic, as the standard library's hook and ours on bare metal tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Panic {
    /// The thread's name, where it was told.
    pub(super) thread: Option<String>,
    /// File, line and column.
    pub(super) location: String,
    /// What it said, without the note on backtraces.
    pub(super) message: String,
}

impl Panic {
    /// Whether it happened in somebody's library: the place helps nobody who does the exercise.
    pub(super) fn is_elsewhere(&self) -> bool {
        let location = self.location.replace('\\', "/");
        location.contains("/registry/src/")
            || location.contains("/git/checkouts/")
            || location.starts_with("/rustc/")
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(thread) = &self.thread {
            write!(f, "thread '{thread}' ")?;
        }
        if self.is_elsewhere() {
            write!(f, "panicked:")?;
        } else {
            write!(f, "panicked at {}:", self.location)?;
        }
        write!(f, "\n{}", self.message)
    }
}

/// Where in the text the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Between panics.
    Outside,
    /// In a panic's message.
    Message,
    /// In a backtrace that follows it.
    Backtrace,
    /// In JavaScript's stack, which the hook for WebAssembly adds.
    Stack,
}

/// The panics in `text`, and the text without them and their backtraces.
pub(super) fn split(text: &str) -> (Vec<Panic>, String) {
    let mut panics: Vec<Panic> = Vec::new();
    let mut rest = String::new();
    let mut at = At::Outside;
    for line in text.lines() {
        if let Some(panic) = header(line) {
            panics.push(panic);
            at = At::Message;
            continue;
        }
        at = match at {
            _ if line == "stack backtrace:" => At::Backtrace,
            At::Message if line == "Stack:" => At::Stack,
            _ if is_note(line) => {
                at = At::Outside;
                continue;
            }
            At::Backtrace if !(line.is_empty() || line.starts_with(' ')) => At::Outside,
            At::Stack
                if !(line.is_empty()
                    || line.starts_with([' ', '\t'])
                    || line.starts_with("Error")) =>
            {
                At::Outside
            }
            same => same,
        };
        match (at, panics.last_mut()) {
            (At::Message, Some(panic)) => push_line(&mut panic.message, line),
            (At::Outside, _) => push_line(&mut rest, line),
            _ => {}
        }
    }
    for panic in &mut panics {
        panic.message.truncate(panic.message.trim_end().len());
    }
    (panics, rest)
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// `thread 'name' (123) panicked at file:1:2:`, or without the thread.
fn header(line: &str) -> Option<Panic> {
    let (before, location) = match line.strip_prefix("panicked at ") {
        Some(location) => ("", location),
        None => line.split_once(" panicked at ")?,
    };
    let thread = match before {
        "" => None,
        _ => Some(thread_name(before)?.to_owned()),
    };
    let location = location.strip_suffix(':')?.to_owned();
    Some(Panic {
        thread,
        location,
        message: String::new(),
    })
}

/// `name` of `thread 'name'` and `thread 'name' (123)`.
fn thread_name(text: &str) -> Option<&str> {
    let quoted = text.strip_prefix("thread '")?;
    let (name, id) = quoted.rsplit_once('\'')?;
    (id.is_empty() || is_thread_id(id)).then_some(name)
}

fn is_thread_id(text: &str) -> bool {
    let digits = text
        .strip_prefix(" (")
        .and_then(|text| text.strip_suffix(')'));
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `thread 'x' (123) has…` as `thread 'x' has…`.
pub(super) fn without_thread_id(text: &str) -> String {
    if let Some((before, after)) = text.split_once("' (")
        && let Some((id, after)) = after.split_once(')')
        && before.starts_with("thread '")
        && id.bytes().all(|byte| byte.is_ascii_digit())
    {
        return format!("{before}'{after}");
    }
    text.to_owned()
}

fn is_note(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE=")
        || line.starts_with("note: Some details are omitted, run with `RUST_BACKTRACE=")
}
