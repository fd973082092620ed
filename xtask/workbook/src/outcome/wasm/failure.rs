//! Why a test failed in WebAssembly: from its block in the transcript.

use crate::outcome::message;

/// The message in a block such as
///
/// ```text
/// log output:
///     what the code printed
///
/// error output:
///     panicked at lab/tests/fail.rs:7:95:
///     assertion failed: lab::add(1, 2) == 4
///
///     Stack:
///     …
///
/// JS exception that was thrown:
///     RuntimeError: unreachable
/// ```
pub(super) fn message(block: &str) -> String {
    let mut errors = String::new();
    let mut printed = String::new();
    let mut exception = String::new();
    let mut section = "";
    for line in block.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            section = line;
            continue;
        }
        let text = line.get(4..).unwrap_or_default();
        let target = match section {
            "error output:" => &mut errors,
            "JS exception that was thrown:" if text.trim_start().starts_with("at ") => continue,
            "JS exception that was thrown:" => &mut exception,
            _ => &mut printed,
        };
        target.push_str(text);
        target.push('\n');
    }
    // A panic ends in an exception that says no more than `unreachable`.
    let exception = exception.trim();
    let reason = if exception.is_empty() {
        "failed, and did not say why"
    } else {
        exception
    };
    message::under_reason(reason, false, &printed, &errors)
}
