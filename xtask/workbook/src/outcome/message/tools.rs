//! What the testing libraries of the exercises print: much, of which a little matters.

use super::panics::Panic;

/// The finding of a testing library, if the last panic is one of theirs.
pub(super) fn finding(panics: &[Panic], stdout: &str, stderr: &str) -> Option<String> {
    let last = panics.last()?;
    proptest(last)
        .or_else(|| insta(last, stdout))
        .or_else(|| trybuild(last, panics, stderr))
}

/// The failure of the smallest input and the input itself, not the panics on the way there.
fn proptest(panic: &Panic) -> Option<String> {
    if !(panic.message.starts_with("Test failed: ")
        && panic.message.contains("\nminimal failing input: "))
    {
        return None;
    }
    let counts = ["successes: ", "local rejects: ", "global rejects: "];
    let lines = panic.message.lines().filter(|line| {
        !counts
            .iter()
            .any(|count| line.trim_start().starts_with(count))
    });
    let message = lines.map(str::trim_end).collect::<Vec<_>>().join("\n");
    Some(
        Panic {
            message,
            ..panic.clone()
        }
        .to_string(),
    )
}

/// The difference between the snapshot and what came.
fn insta(panic: &Panic, stdout: &str) -> Option<String> {
    if !panic.message.starts_with("snapshot assertion for ") {
        return None;
    }
    let summary = stdout
        .lines()
        .skip_while(|line| !line.contains(" Snapshot Summary "));
    let source = summary
        .clone()
        .find_map(|line| line.strip_prefix("Source: "))
        .unwrap_or_default();
    let legend = summary
        .clone()
        .filter(|line| *line == "-old snapshot" || *line == "+new results");
    let table = summary.skip_while(|line| !line.contains('┬'));
    let mut difference: Vec<&str> = Vec::new();
    for line in table {
        difference.push(line);
        if line.contains('┴') {
            break;
        }
    }
    let title = panic.message.split(" in line ").next().unwrap_or_default();
    let title = format!("{title}: {source}");
    Some(
        [title.trim_end_matches([':', ' '])]
            .into_iter()
            .chain(legend)
            .chain(difference)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// The cases that went wrong: what was expected, and what the compiler said.
fn trybuild(last: &Panic, panics: &[Panic], stderr: &str) -> Option<String> {
    let is_summary = last.is_elsewhere()
        && (last.message.ends_with(" tests failed")
            || last.message.starts_with("successfully created new stderr"));
    if !is_summary {
        return None;
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut wrong = false;
    let mut skipping_note = false;
    for line in stderr.lines() {
        if let Some(verdict) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        {
            wrong = verdict.1 != "ok";
        }
        skipping_note = line.starts_with("note: If the actual output")
            || line.starts_with("NOTE: writing")
            || (skipping_note && (line.starts_with(' ') || line.starts_with("Move this")));
        let rule = line.starts_with('┈');
        let doubled = line.is_empty() && kept.last().is_none_or(|line| line.is_empty());
        if wrong && !skipping_note && !rule && !doubled {
            kept.push(line);
        }
    }
    // What a case that compiles panicked with, when it had to run.
    let at_run_time = panics[..panics.len() - 1].iter().map(ToString::to_string);
    let parts: Vec<String> = [kept.join("\n").trim_end().to_owned()]
        .into_iter()
        .chain(at_run_time)
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}
