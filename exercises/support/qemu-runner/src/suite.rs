//! A whole test target without nextest: what `cargo test` asks for.

use std::path::Path;

use crate::FAILED;
use crate::boot::{Boot, Output, StartError};
use crate::protocol::{Ending, Token};
use crate::transcript::Transcript;
use crate::verdict::complaint;

/// Boots once to list the tests, and once for each that the arguments select.
///
/// # Errors
///
/// [`StartError`] if QEMU does not start.
pub(crate) fn run(elf: &Path, arguments: &[String]) -> Result<u8, StartError> {
    let asked = |option: &str| arguments.iter().any(|argument| argument == option);
    let filters: Vec<&String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let selected = |name: &str| {
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
    };

    let list = ["--list", "--ignored"].map(str::to_owned);
    let ignored = names(elf, &list)?;
    let mut failed = Vec::new();
    let mut passed = 0;
    for name in names(elf, &list[..1])?.iter().filter(|name| selected(name)) {
        let is_ignored = ignored.contains(name);
        if is_ignored && !asked("--ignored") && !asked("--include-ignored") {
            println!("test {name} ... ignored");
        } else if is_ignored || !asked("--ignored") {
            if passes(elf, name)? {
                passed += 1;
            } else {
                failed.push(name.clone());
            }
        }
    }
    let verdict = if failed.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {} failed",
        failed.len()
    );
    Ok(if failed.is_empty() { 0 } else { FAILED })
}

/// The names that the firmware lists.
///
/// # Errors
///
/// [`StartError`] if QEMU does not start, or the boot does not end as a listing should.
pub(crate) fn names(elf: &Path, arguments: &[String]) -> Result<Vec<String>, StartError> {
    let token = Token::new();
    let ended = Boot::new(elf)
        .token(&token)
        .arguments(arguments)
        .run(Output::Keep)?;
    let text = String::from_utf8_lossy(&ended.text);
    if let Some(why) = complaint(&ended, Ending::Listed) {
        return Err(StartError::listing(&text, &why));
    }
    Ok(text
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect())
}

fn passes(elf: &Path, name: &str) -> Result<bool, StartError> {
    let transcript = Transcript::of(name);
    let arguments = ["--exact".to_owned(), name.to_owned()];
    let token = Token::new();
    let ended = Boot::new(elf)
        .token(&token)
        .arguments(&arguments)
        .input(transcript.input())
        .run(Output::Keep)?;
    let complaints: Vec<String> = complaint(&ended, Ending::Passed)
        .into_iter()
        .chain(transcript.complaint(&ended.uart))
        .collect();
    println!(
        "test {name} ... {}",
        if complaints.is_empty() {
            "ok"
        } else {
            "FAILED"
        }
    );
    if !complaints.is_empty() {
        println!("{}", String::from_utf8_lossy(&ended.text));
        complaints
            .iter()
            .for_each(|complaint| println!("{complaint}"));
    }
    Ok(complaints.is_empty())
}
