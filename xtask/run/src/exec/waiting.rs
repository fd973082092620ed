//! Says so when a cargo that we started waits for another one. Its own word for it is lost among what is captured.

use super::Cmd;
use crate::terminal;

/// `cmd`, with an ear for cargo's complaint.
pub(super) fn listening(cmd: &Cmd) -> Cmd {
    let inner = cmd.on_line.clone();
    cmd.clone().on_line(move |line| {
        if let Some(text) = in_words(line) {
            terminal::note(text);
        }
        if let Some(inner) = &inner {
            inner(line);
        }
    })
}

fn in_words(line: &str) -> Option<&'static str> {
    let what = line
        .trim_start()
        .strip_prefix("Blocking waiting for file lock on ")?;
    Some(match what.trim_end() {
        "package cache" => {
            "another cargo is downloading packages; waiting for it to end (Ctrl-C to stop waiting)"
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
        assert!(said("package cache").is_some_and(|text| text.contains("downloading")));
        assert_eq!(in_words("   Compiling blocking v1.0.0"), None);
    }
}
