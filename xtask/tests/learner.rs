//! The learner's commands, by the real binary in a small workbook.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::path::Path;

use workspace::{
    Workspace,
    code::{ADD, DOUBLE, OTHER, STUB, body},
};

/// Verifies all: `start/add` gets this verdict and `start/double` its own.
#[track_caller]
fn verdict_of(code: &str, verdict: &str) -> serde_json::Value {
    let ran = Workspace::with(code).run(&["verify", "--json"]);
    assert_eq!(ran.verdict("start/add"), verdict, "{}", ran.stdout);
    assert_eq!(
        ran.verdict("start/double"),
        "passed",
        "the other exercise keeps its own verdict\n{}",
        ran.stdout
    );
    assert_eq!(
        ran.code,
        Some(i32::from(verdict != "passed")),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.len() < 60_000,
        "the report has {} bytes",
        ran.stdout.len()
    );
    ran.exercise("start/add")
}

#[track_caller]
fn message_of(line: &serde_json::Value, test: &str) -> String {
    let tests = line["tests"].as_array().cloned().unwrap_or_default();
    let found = tests
        .iter()
        .find(|one| one["name"] == test)
        .unwrap_or_else(|| panic!("no {test} in {line:#}"));
    found["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_untouched_stub_is_pending() {
    let workspace = Workspace::good();
    let ran = workspace.run(&["verify", "--json"]).exits(0);
    assert_eq!(ran.verdict("start/add"), "pending");
    assert_eq!(ran.json()["totals"]["points"], 0);
    let ran = workspace.run(&["verify", "start/add"]).exits(1);
    assert!(
        ran.stdout.contains("add them"),
        "the stub was run, to show how it fails:\n{}",
        ran.stdout
    );
}

#[test]
fn a_right_answer_passes() {
    let line = verdict_of(ADD.reference, "passed");
    assert_eq!(line["points"], 5);
    assert_eq!(
        line["tests"].as_array().map(Vec::len),
        Some(3),
        "two tests and a gate: {line:#}"
    );
}

#[test]
fn a_compile_error_is_shown_with_the_learners_own_path() {
    let workspace = Workspace::with(&body(
        "let text = String::new(); drop(text); text.len() as u32 + a + b",
    ));
    let ran = workspace
        .run(&["verify", "start/add"])
        .exits(1)
        .says("E0382");
    assert!(
        ran.stdout
            .contains("--> exercises/00-start/01-add/src/lib.rs:5:"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        workspace.run(&["verify", "--json"]).verdict("start/double"),
        "passed"
    );
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    let line = verdict_of(&body("panic!(\"no sum of {a} and {b}\")"), "failed");
    let message = message_of(&line, "adds");
    assert!(
        message.contains("panicked at exercises/00-start/01-add/src/lib.rs:5:5"),
        "{message}"
    );
    assert!(message.contains("no sum of 1 and 2"), "{message}");
}

#[test]
fn an_endless_loop_times_out() {
    let workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "timeout_seconds = 10",
        "timeout_seconds = 1",
    );
    workspace.seal();
    workspace.write(STUB, body("loop { std::hint::black_box((a, b)); }"));
    workspace.write(OTHER, DOUBLE.reference);
    let ran = workspace.run(&["verify", "--json"]).exits(1);
    assert_eq!(ran.verdict("start/add"), "timed-out", "{}", ran.stdout);
    assert_eq!(ran.verdict("start/double"), "passed", "{}", ran.stdout);
}

#[test]
fn a_stack_overflow_is_a_failure() {
    let code = "//! Sums.\n\n/// The sum.\n#[allow(unconditional_recursion)]\npub fn add(a: u32, b: u32) -> u32 {\n    let deep = [a; 256];\n    1 + add(std::hint::black_box(deep)[0], b)\n}\n";
    let line = verdict_of(code, "failed");
    let message = message_of(&line, "adds");
    assert!(message.contains("overflowed its stack"), "{message}");
}

#[test]
fn ending_the_process_is_no_pass() {
    let line = verdict_of(&body("let _ = (a, b); std::process::exit(0)"), "failed");
    let message = message_of(&line, "adds");
    assert!(message.contains("std::process::exit"), "{message}");
}

#[test]
fn a_printed_pass_is_none() {
    let forged = "println!(\"test adds ... ok\\n\\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\");";
    verdict_of(
        &body(&format!("{forged} panic!(\"{{a}} {{b}}\")")),
        "failed",
    );
    verdict_of(
        &body(&format!("{forged} let _ = (a, b); std::process::exit(0)")),
        "failed",
    );
}

#[test]
fn a_hundred_megabytes_of_output_are_no_verdict() {
    let noise = "let lines = format!(\"{}\\n\", \"x\".repeat(99)).repeat(10_000); for _ in 0..100 { print!(\"{lines}\"); } a.saturating_add(b)";
    verdict_of(&body(noise), "passed");
    let line = verdict_of(
        &body(&noise.replace("a.saturating_add(b)", "a + b")),
        "failed",
    );
    assert!(
        message_of(&line, "stops_at_the_largest_number").contains("attempt to add with overflow"),
        "{line:#}"
    );
}

#[test]
fn an_unknown_id_gets_a_suggestion() {
    let workspace = Workspace::good();
    for command in [
        ["verify", "start/ad"],
        ["hint", "start/ad"],
        ["reset", "start/ad"],
        ["solution", "start/ad"],
        ["audit", "start/ad"],
    ] {
        workspace
            .run(&command)
            .exits(2)
            .warns("did you mean `start/add`");
    }
}

#[test]
fn a_broken_manifest_names_file_line_and_field() {
    let workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "points = 5",
        "points = \"five\"",
    );
    workspace.edit(
        "exercises/00-start/02-double/Cargo.toml",
        "stub = \"test:adds\"",
        "stub = \"because\"",
    );
    let ran = workspace.run(&["verify"]).exits(3);
    assert!(
        ran.stderr
            .contains("exercises/00-start/01-add/Cargo.toml:8: field `points`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("exercises/00-start/02-double/Cargo.toml:12: field `stub`"),
        "both at once: {}",
        ran.stderr
    );
}

#[test]
fn an_edited_test_is_tampering() {
    let workspace = Workspace::with(ADD.naive);
    workspace.edit(
        "exercises/00-start/01-add/tests/behaviour.rs",
        "assert_eq!(add(u32::MAX, 1), u32::MAX);",
        "",
    );
    let ran = workspace.run(&["verify", "--json"]).exits(1);
    assert_eq!(ran.verdict("start/add"), "tampered");
    assert_eq!(
        ran.exercise("start/add")["tampered"][0],
        "tests/behaviour.rs"
    );
    assert_eq!(ran.verdict("start/double"), "passed");
}

#[test]
fn reset_brings_the_stub_back_and_keeps_the_work() {
    let workspace = Workspace::good();
    workspace.run(&["verify"]).exits(0);
    workspace.write(STUB, ADD.naive);
    workspace.write(OTHER, DOUBLE.reference);
    let ran = workspace
        .run(&["reset", "start/add"])
        .exits(0)
        .says("is kept in .workbook/kept/start-add/");
    assert_eq!(
        workspace.read(STUB),
        ADD.stub,
        "without git, the first run kept a copy of the stub"
    );
    let folder = ran
        .stdout
        .lines()
        .find_map(|line| line.split_once("is kept in "))
        .expect("it says where")
        .1;
    assert_eq!(
        workspace.read(Path::new(folder).join("src/lib.rs")),
        ADD.naive
    );
    workspace
        .run(&["reset", "start/add"])
        .exits(0)
        .says("nothing to reset");
    assert_eq!(
        workspace.read(OTHER),
        DOUBLE.reference,
        "the other exercise is left alone"
    );
}

#[test]
fn hints_come_one_at_a_time() {
    let workspace = Workspace::good();
    let ran = workspace
        .run(&["hint", "start/add"])
        .exits(0)
        .says("At the largest number.");
    assert!(!ran.stdout.contains("A method of"), "{}", ran.stdout);
    let ran = workspace
        .run(&["hint", "start/add"])
        .exits(0)
        .says("A method of `u32`.");
    assert!(!ran.stdout.contains("saturating"), "{}", ran.stdout);
    workspace
        .run(&["hint"])
        .exits(0)
        .says("saturating")
        .says("That was the last hint");
    workspace
        .run(&["hint", "start/double"])
        .exits(0)
        .says("Hint 1 of 3");
}

#[test]
fn the_solution_waits_for_a_pass() {
    let workspace = Workspace::good();
    let ran = workspace
        .run(&["solution", "start/add"])
        .exits(1)
        .warns("--give-up");
    assert!(
        !ran.stdout.contains("saturating_add") && !ran.stderr.contains("saturating_add"),
        "{}",
        ran.stdout
    );
    workspace
        .run(&["solution", "start/add", "--give-up"])
        .exits(0)
        .says("a.saturating_add(b)")
        .says("There is no simpler way");
    workspace.run(&["solution", "start/double"]).exits(1);
    workspace.write(OTHER, DOUBLE.reference);
    workspace.run(&["verify", "start/double"]).exits(0);
    workspace
        .run(&["solution", "start/double"])
        .exits(0)
        .says("a.saturating_mul(2)");
}
