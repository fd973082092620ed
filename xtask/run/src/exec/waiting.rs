//! Says so when a cargo that we started waits for another one. Its own word for it is lost among what is captured.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::Cmd;
use crate::terminal;

/// Cargo complains at once. A wait that is over before this is not worth a line.
const PATIENCE: Duration = Duration::from_millis(400);

/// `cmd`, with an ear for cargo's complaint.
pub(super) fn listening(cmd: &Cmd) -> Cmd {
    let inner = cmd.on_line.clone();
    let lines = Arc::new(AtomicUsize::new(0));
    cmd.clone().on_line(move |line| {
        let heard = lines.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(text) = in_words(line) {
            tell_later(text, heard, Arc::downgrade(&lines));
        }
        if let Some(inner) = &inner {
            inner(line);
        }
    })
}

/// Tells it, unless by then the process has said more than these lines, or has ended.
fn tell_later(text: &'static str, heard: usize, lines: Weak<AtomicUsize>) {
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        let now = lines.upgrade().map(|lines| lines.load(Ordering::SeqCst));
        if now == Some(heard) {
            terminal::note(text);
        }
    });
}

fn in_words(line: &str) -> Option<&'static str> {
    let what = line
        .trim_start()
        .strip_prefix("Blocking waiting for file lock on ")?;
    Some(match what.trim_end() {
        "package cache" => {
            "another cargo is at work on the downloaded packages; waiting for it to end (Ctrl-C to stop waiting)"
        }
        _ => {
            "another cargo is building in this folder; waiting for it to end (Ctrl-C to stop waiting)"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn cargos_words_are_known() {
        let said = |what: &str| in_words(&format!("    Blocking waiting for file lock on {what}"));
        assert!(said("build directory").is_some_and(|text| text.contains("building")));
        assert!(said("artifact directory").is_some_and(|text| text.contains("building")));
        assert!(said("package cache").is_some_and(|text| text.contains("downloaded")));
        assert_eq!(in_words("   Compiling blocking v1.0.0"), None);
    }
}
