use proptest::prelude::*;

use super::*;

// What cargo-nextest's tests print is in the snapshot of `outcome::junit`; here is the rest.

/// The essence where nobody but the output knows a reason.
fn from_output(stdout: &str, stderr: &str) -> String {
    let Essence { findings, printed } = Essence::of(stdout, stderr);
    if findings.is_empty() {
        return printed;
    }
    joined(findings, printed)
}

#[track_caller]
fn check(stdout: &str, stderr: &str, expected: &str) {
    assert_eq!(from_output(stdout, stderr), expected.trim_matches('\n'));
}

#[test]
fn backtraces_go() {
    let stderr = "
thread 'a' (7) panicked at src/lib.rs:1:2:
boom
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616/library/std/src/panicking.rs:689:5
   1: lab::boom
             at ./src/lib.rs:1:2
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
";
    check("", stderr, "thread 'a' panicked at src/lib.rs:1:2:\nboom");
}

#[test]
fn bare_metal_tells_its_panics_on_standard_output() {
    let stdout = "\nthread 'blinks' panicked at exercises/10-embedded/01-blink/src/lib.rs:9:5:\nnot yet implemented\n";
    check(
        stdout,
        "",
        "thread 'blinks' panicked at exercises/10-embedded/01-blink/src/lib.rs:9:5:\nnot yet implemented",
    );
    let stdout =
        "HardFault at pc 0x00000402\n  PRECISERR: access to an address where nothing answers\n";
    check(stdout, "", stdout.trim_end());
}

#[test]
fn panics_without_a_thread_are_panics() {
    check(
        "",
        "panicked at src/lib.rs:1:2:\nboom\n",
        "panicked at src/lib.rs:1:2:\nboom",
    );
}

#[test]
fn an_error_keeps_its_causes() {
    let stderr = "loading\nError: failed to read the log\n\nCaused by:\n    No such file or directory (os error 2)\n";
    check(
        "",
        stderr,
        "Error: failed to read the log\n\nCaused by:\n    No such file or directory (os error 2)\n\nprinted:\nloading",
    );
}

#[test]
fn colours_go() {
    check("", "\u{1b}[1m\u{1b}[31mError: \u{1b}[0mred\n", "Error: red");
}

#[test]
fn signals_as_cargo_test_tells_them_stay() {
    let stderr =
        "process didn't exit successfully: `/x/y` (signal: 6, SIGABRT: process abort signal)\n";
    check("", stderr, stderr.trim_end());
}

#[test]
fn the_runners_word_counts_where_there_is_no_other() {
    let killed = "the test's process was killed by signal 6 (SIGABRT)";
    check("", &format!("{killed}\n"), killed);
    check(
        "before\n",
        &format!("{killed}\n"),
        &format!("{killed}\n\nprinted:\nbefore"),
    );
    let overflow = "thread 'a' has overflowed its stack";
    check(
        "",
        &format!("\n{overflow}\nfatal runtime error: stack overflow, aborting\n{killed}\n"),
        overflow,
    );
}

#[test]
fn silence_stays_silence() {
    check("\nrunning 1 test\n", "\n\n", "");
}

#[test]
fn much_output_is_cut_at_its_start() {
    let stdout: String = (0..100).map(|n| format!("line {n}\n")).collect();
    let message = from_output(&stdout, "thread 'a' (1) panicked at a.rs:1:1:\nlate\n");
    assert!(
        message.starts_with(
            "thread 'a' panicked at a.rs:1:1:\nlate\n\nprinted:\n… (80 lines before)\nline 80\n"
        ),
        "{message}"
    );
    assert!(message.ends_with("line 99"), "{message}");
}

#[test]
fn many_panics_are_told_once_each_and_the_last_ones_win() {
    let stderr: String = [1, 2, 2, 3, 4, 4]
        .iter()
        .map(|n| format!("thread 'a' (1) panicked at a.rs:{n}:1:\nboom {n}\n\n"))
        .collect();
    check(
        "",
        &stderr,
        "thread 'a' panicked at a.rs:2:1:\nboom 2\n\nthread 'a' panicked at a.rs:3:1:\nboom 3\n\nthread 'a' panicked at a.rs:4:1:\nboom 4",
    );
}

#[test]
fn a_name_with_quotes_and_brackets_is_a_name() {
    let stderr = "thread 'it's (1) 'odd'' (42) panicked at a.rs:1:1:\nboom\n";
    check(
        "",
        stderr,
        "thread 'it's (1) 'odd'' panicked at a.rs:1:1:\nboom",
    );
}

proptest! {
    #[test]
    fn arbitrary_output_never_panics(stdout in "\\PC*", stderr in "\\PC*") {
        let _ = from_output(&stdout, &stderr);
    }

    /// Lines that look like the tools' own, in any order, neither panic nor hide the last panic.
    #[test]
    fn confused_output_still_shows_the_panic(lines in prop::collection::vec(prop::sample::select(vec![
        "stack backtrace:", "   0: x", "failures:", "---- a stdout ----", "note: test did not panic as expected",
        "running 1 test", "test a ... ok", "test result: ok. 1 passed", "Error: x", "┬", "┴", "",
        "━━ Snapshot Summary ━━", "test tests/ui/a.rs ... mismatch", "┈┈┈", "thread 'b' (3) panicked at b.rs:1:1:",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", "thread 'c' (3) has overflowed its stack",
    ]), 0..20)) {
        let noise = lines.join("\n");
        let message = from_output(&noise, &format!("{noise}\nthread 'a' (1) panicked at a.rs:1:1:\nboom\n"));
        prop_assert!(message.contains("thread 'a' panicked at a.rs:1:1:\nboom"), "{}", message);
    }
}
