//! Recorded failures: `traps/<slug>.txt` holds what the trap's first killer says, for the page to show.

use std::{fs, path::Path};

use anyhow::Result;
use workbook::{catalog::Exercise, judge::Outcome, outcome::Verdict, traps::Trap};

use super::{Check, Findings, Wishes, text};
use workbook_run::{context::Context, workspace::atomic::write_atomically};

/// Compares a trap's recorded failure with the one that it just had, or records it. Only the naive
/// version must have one: its page shows it.
pub fn look(
    ctx: &Context,
    exercise: &Exercise,
    trap: &Trap,
    outcome: &Outcome,
    wishes: Wishes,
    findings: &mut Findings,
) -> Result<()> {
    let file = exercise
        .solution_dir()
        .join("traps")
        .join(format!("{}.txt", trap.slug));
    let old = fs::read_to_string(ctx.root.join(&file)).ok();
    if old.is_none() && trap.slug != "naive" {
        return Ok(());
    }
    let Some(killer) = trap.killed_by.first() else {
        return Ok(());
    };
    let failure = outcome
        .tests()
        .iter()
        .find(|test| test.label() == *killer && test.verdict != Verdict::Passed);
    let Some(failure) = failure else {
        return Ok(());
    };
    let new = tidy(&workbook::text::plain(&failure.message), &ctx.root);
    if old
        .as_ref()
        .is_some_and(|old| comparable(old) == comparable(&new))
    {
        return Ok(());
    }
    if wishes.bless {
        write_atomically(&ctx.root.join(&file), new.as_bytes())?;
        findings.blessed.push(file);
        return Ok(());
    }
    let message = match old {
        Some(_) => format!(
            "this is not what the trap `{}` fails with in `{killer}`; read the difference and run `cargo xtask audit --bless {}`.",
            trap.slug, exercise.id
        ),
        None => format!(
            "the failure of the naive version is not recorded; run `cargo xtask audit --bless {}`, and show it on the page.",
            exercise.id
        ),
    };
    findings.problem_with(
        exercise,
        Check::Recorded,
        file,
        message,
        text::excerpt(&new),
    );
    Ok(())
}

/// A message as it is recorded: without what the code printed beside its failure, blanks at line
/// ends, and this machine's paths.
fn tidy(message: &str, root: &Path) -> String {
    let root = format!("{}/", root.display());
    let lines = finding(message).lines();
    lines
        .map(|line| format!("{}\n", line.trim_end().replace(&root, "")))
        .collect()
}

/// A failure without the section of what was printed, which the runner puts after it.
fn finding(message: &str) -> &str {
    let before = message
        .split_once("\n\nprinted:\n")
        .map(|(before, _)| before);
    before.unwrap_or(message).trim()
}

/// What two records of the same failure have in common: addresses, measured times and temporary
/// paths differ from run to run, and so does the input that proptest found.
fn comparable(text: &str) -> String {
    const INPUT: &str = "minimal failing input:";
    let mut out = String::new();
    for line in text.trim().lines() {
        let (line, is_input) = match line.split_once(INPUT) {
            Some((before, _)) => (before, true),
            None => (line, false),
        };
        out.push_str(comparable_line(line).trim_end());
        out.push('\n');
        if is_input {
            break;
        }
    }
    out
}

fn comparable_line(line: &str) -> String {
    let hide = |word: &str| {
        if word.contains("/tmp/") {
            "/tmp/…".to_owned()
        } else {
            word.to_owned()
        }
    };
    let line = line.split(' ').map(hide).collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inside_a_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let (shown, length) = number(from, inside_a_word);
        out.push_str(shown);
        rest = &from[length..];
    }
    out + rest
}

/// The number at the start of `text`: what stands for it, and how long it is.
fn number(text: &str, inside_a_word: bool) -> (&str, usize) {
    if let Some(hex) = text.strip_prefix("0x") {
        let length = 2 + hex.bytes().take_while(u8::is_ascii_hexdigit).count();
        // Shorter ones are values that the text is about.
        let shown = if length >= 10 {
            "0x…"
        } else {
            &text[..length]
        };
        return (shown, length);
    }
    let is_part = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let length = text.bytes().take_while(is_part).count();
    let after = &text[length..];
    let after = after.strip_prefix(' ').unwrap_or(after);
    let unit = after
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    // Whole seconds are limits; what was measured has a fraction or a finer unit.
    let measured = match unit {
        "ns" | "µs" | "ms" => true,
        "s" => text[..length].trim_end_matches('.').contains('.'),
        _ => false,
    };
    // Counts of instructions or wrong guesses: valgrind's differ a little from machine to machine.
    let counted = length >= 4 && !text[..length].contains('.');
    if (measured || counted) && !inside_a_word {
        ("…", length)
    } else {
        (&text[..length], length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finding_is_recorded_without_this_machine() {
        let message = "at /w/x/src/lib.rs:1:1: \n\n  left: 1\n\nprinted:\nseed 7\n";
        let expected = "at x/src/lib.rs:1:1:\n\n  left: 1\n";
        assert_eq!(tidy(message, Path::new("/w")), expected);
    }

    #[test]
    fn what_differs_from_run_to_run_is_left_out() {
        assert_eq!(
            comparable("at 0x7ffd5f3a12c8, \n"),
            comparable("at 0x00005581deadbe,")
        );
        assert_eq!(comparable("took 12.5ms."), comparable("took 9.25ms."));
        assert_eq!(
            comparable("after 1.0 s, its"),
            comparable("after 1.1 s, its")
        );
        assert_eq!(
            comparable("got 4941 (a plain loop: 4948)"),
            comparable("got 4942 (a plain loop: 4947)")
        );
        assert_eq!(
            comparable("read /tmp/.tmpAb12/x"),
            comparable("read /tmp/.tmpQQ/x")
        );
        assert_eq!(
            comparable("x\nminimal failing input: a = 1\n b"),
            comparable("x\nminimal failing input: a = 9\n")
        );
    }

    #[test]
    fn what_the_failure_is_about_stays() {
        assert_ne!(comparable("  left: 4"), comparable("  left: 5"));
        assert_ne!(comparable("src/lib.rs:8:9"), comparable("src/lib.rs:9:9"));
        assert_ne!(
            comparable("took longer than 10s"),
            comparable("took longer than 1s")
        );
        assert_ne!(comparable("left: 0x0f"), comparable("left: 0x10"));
        assert_ne!(comparable("  left: 4.5"), comparable("  left: 4.25"));
    }
}
