//! Runs a test once more, in a process of its own that valgrind watches.

use std::{
    env, io,
    process::{Command, Stdio},
    thread,
};

/// Names the test that this process is to run, if valgrind watches it.
const WATCHED: &str = "WORKBOOK_WATCHED_TEST";

/// How the process ends when valgrind has found something.
const FOUND: i32 = 97;

/// Runs this test once more under valgrind, where it does `work`, and requires that this ends well and that valgrind finds
/// nothing.
#[track_caller]
pub fn finds_nothing(work: impl FnOnce()) {
    let test = env::var("NEXTEST_TEST_NAME")
        .ok()
        .or_else(|| thread::current().name().map(str::to_owned))
        .expect("the name of the running test");
    if env::var(WATCHED).is_ok_and(|watched| watched == test) {
        return work();
    }
    let output = Command::new("valgrind")
        .args(["--tool=memcheck", "--leak-check=full", "--num-callers=12"])
        // What is still reachable at the end, such as Rust's own bookkeeping of threads, is not lost.
        .args([
            "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite",
        ])
        .arg(format!("--error-exitcode={FOUND}"))
        .arg(env::current_exe().expect("the path of this program"))
        .args([&*test, "--exact", "--nocapture", "--test-threads=1"])
        .env(WATCHED, &test)
        // Under valgrind, a backtrace takes seconds.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            panic!("valgrind is not installed: `cargo xtask doctor` tells how to get it")
        }
        Err(error) => panic!("valgrind could not be started: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return;
    }
    match first_finding(&said) {
        Some(finding) => panic!("valgrind found this:\n\n{finding}\n"),
        None => panic!("the test failed under valgrind:\n\n{}\n", own_words(&said)),
    }
}

/// What valgrind says first, without its number of the process, the addresses of code and the functions of std.
fn first_finding(said: &str) -> Option<String> {
    let own = said.lines().filter_map(|line| {
        let (_, text) = line.strip_prefix("==")?.split_once("== ")?;
        Some(text)
    });
    let finding = own
        .skip_while(|text| !FINDINGS.iter().any(|sign| text.contains(sign)))
        .take_while(|text| !text.trim().is_empty());
    let ours = finding
        .filter(|text| !text.starts_with("   by ") || OURS.iter().any(|sign| text.contains(sign)));
    let lines: Vec<String> = ours.map(without_code_address).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// `   by 0x1DDBF2: main (lib.rs:95)` as `   by main (lib.rs:95)`.
fn without_code_address(line: &str) -> String {
    match line.split_once("0x") {
        Some((word @ ("   at " | "   by "), rest)) => {
            format!(
                "{word}{}",
                rest.split_once(": ").map_or(rest, |(_, place)| place)
            )
        }
        _ => line.to_owned(),
    }
}

/// What the process wrote, without valgrind's lines.
fn own_words(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.starts_with("==") && !line.is_empty())
        .collect();
    lines.join("\n")
}

/// What stands in the lines about the C library, the crate and the tests.
const OURS: [&str; 3] = [
    "phrasebook.c:",
    " unsafe_c_strings::",
    "{{closure}} (memory.rs:",
];

/// How the first line of a finding can be told.
const FINDINGS: [&str; 6] = [
    "Invalid ",
    "uninitialised",
    "definitely lost in loss record",
    "Mismatched free",
    "overlap",
    "points to unaddressable",
];
