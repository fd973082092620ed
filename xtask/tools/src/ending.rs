//! How a command ended, in words.

use workbook_run::exec::{Cmd, Exit, Output};

/// How a command ended, and what it said last.
pub fn ending(cmd: &Cmd, output: &Output) -> String {
    let how = match output.exit {
        Exit::Code(code) => format!("ended with code {code}"),
        Exit::Signal(signal) => format!("was killed by signal {signal}"),
        Exit::TimedOut => "took too long and was ended".to_owned(),
        Exit::Cancelled => "was interrupted".to_owned(),
    };
    let said = complaint(&output.stderr()).or_else(|| complaint(&output.stdout()));
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    format!("`{}` {how}{said}", cmd.line())
}

/// The line of what a tool printed that says most: its first error, else its last line.
fn complaint(printed: &str) -> Option<String> {
    let lines = || {
        printed
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let errors = ["error", "E: ", "Error: "];
    let error = lines().find(|line| errors.iter().any(|opening| line.starts_with(opening)));
    error.or_else(|| lines().next_back()).map(str::to_owned)
}
