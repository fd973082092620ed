//! The learner's commands, by the real binary in a small workbook.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{
    env, fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use workspace::{ADD, DOUBLE, Workspace};

const STUB: &str = "exercises/00-start/01-add/src/lib.rs";
const OTHER: &str = "exercises/00-start/02-double/src/lib.rs";

/// A workbook where `start/add` is `code` and `start/double` is right.
fn with(code: &str) -> Workspace {
    let workspace = Workspace::good();
    workspace.write(STUB, code);
    workspace.write(OTHER, DOUBLE.reference);
    workspace
}

/// `add` with this body.
fn body(body: &str) -> String {
    format!("//! Sums.\n\n/// The sum.\npub fn add(a: u32, b: u32) -> u32 {{\n    {body}\n}}\n")
}

/// Verifies all: `start/add` gets this verdict and `start/double` its own.
#[track_caller]
fn verdict_of(code: &str, verdict: &str) -> serde_json::Value {
    let ran = with(code).run(&["verify", "--json"]);
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
    let workspace = with(&body(
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
    let workspace = with(ADD.naive);
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

#[test]
fn grading_takes_the_editable_files_and_adds_hidden_tests() {
    let workspace = Workspace::good();
    let submission = "alice/exercises/00-start/01-add";
    workspace.write(format!("{submission}/src/lib.rs"), ADD.reference);
    workspace.write(
        format!("{submission}/tests/behaviour.rs"),
        "#[test]\nfn adds() {}\n",
    );
    let ran = workspace
        .run(&[
            "grade",
            "alice",
            "-e",
            "start/add",
            "--json",
            "--junit",
            "marks.xml",
        ])
        .exits(0);
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "passed");
    assert!(
        line["notes"].to_string().contains("tests/behaviour.rs"),
        "what was ignored is told: {line:#}"
    );
    assert_eq!(
        line["tests"].as_array().map(Vec::len),
        Some(3),
        "the published tests ran: {line:#}"
    );
    well_formed(&workspace.read("marks.xml"));

    workspace.write("hidden/00-start/01-add/tests/more.rs", "#[test]\nfn a_zero_changes_nothing() {\n    assert_eq!(start_add::add(0, 7), 7);\n}\n\n#[test]\nfn nobody_can_know() {\n    assert_eq!(start_add::add(2, 2), 5, \"<two> & \\\"two\\\"\");\n}\n");
    let ran = workspace
        .run(&[
            "grade",
            "alice",
            "-e",
            "start/add",
            "--hidden",
            "hidden",
            "--json",
            "--junit",
            "marks.xml",
        ])
        .exits(1);
    let line = ran.exercise("start/add");
    let tests = line["tests"].as_array().cloned().unwrap_or_default();
    let hidden: Vec<_> = tests.iter().filter(|test| test["hidden"] == true).collect();
    assert_eq!(hidden.len(), 2, "{line:#}");
    assert_eq!(line["points"], 0);
    well_formed(&workspace.read("marks.xml"));
    assert!(
        !workspace
            .path("exercises/00-start/01-add/tests/more.rs")
            .exists(),
        "hidden tests stay hidden"
    );
    assert_eq!(
        workspace.read(STUB),
        ADD.stub,
        "grading leaves the workspace alone"
    );

    // A wrong answer, and one that is not there.
    workspace.write("bob/src/lib.rs", ADD.naive);
    workspace.run(&["grade", "bob", "-e", "start/add"]).exits(1);
    let ran = workspace.run(&["grade", "alice", "--json"]).exits(1);
    assert_eq!(ran.verdict("start/double"), "pending", "{}", ran.stdout);
    workspace.run(&["grade", "nobody"]).exits(2);
}

/// Tags open and close in pairs, and no bare `<` or `&` is left in text.
#[track_caller]
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some((text, from)) = rest.split_once('<') {
        assert!(
            text.split('&')
                .skip(1)
                .all(|entity| entity.split(';').next().is_some_and(|name| name.len() < 8)),
            "{xml}"
        );
        if let Some(cdata) = from.strip_prefix("![CDATA[") {
            rest = cdata.split_once("]]>").expect("a CDATA section ends").1;
            continue;
        }
        let (tag, after) = from
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag does not end: {xml}"));
        rest = after;
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{xml}");
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && xml.contains("<testsuite"), "{xml}");
}

#[test]
fn a_second_run_waits_for_the_first() {
    let workspace = with(&body(
        "std::thread::sleep(std::time::Duration::from_millis(700)); a.saturating_add(b)",
    ));
    let first = workspace.start(&["verify", "--json"]);
    let lock = workspace.path(".workbook/lock");
    wait_for("the first run to begin", || lock.exists());
    thread::sleep(Duration::from_millis(100));
    let second = workspace.start(&["verify", "--json"]);
    let (first, second) = (workspace.finish(first), workspace.finish(second));
    assert_eq!(first.verdict("start/add"), "passed", "{}", first.stderr);
    assert_eq!(second.verdict("start/add"), "passed", "{}", second.stderr);
    second
        .exits(0)
        .warns("another run of the workbook is under way");
}

#[test]
fn ctrl_c_ends_the_run_and_what_it_started() {
    let pid_file = "concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../../target/pid\")";
    let code = body(&format!(
        "std::fs::write({pid_file}, std::process::id().to_string()).unwrap(); loop {{ std::hint::black_box(a + b); }}"
    ));
    let workspace = with(&code);
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "timeout_seconds = 10",
        "timeout_seconds = 60",
    );
    workspace.write(STUB, ADD.stub);
    workspace.seal();
    workspace.write(STUB, &code);
    let child = workspace.start(&["verify", "start/add"]);
    let pid_file = workspace.path("target/pid");
    wait_for("the test to run", || {
        fs::read_to_string(&pid_file).is_ok_and(|pid| !pid.is_empty())
    });
    let id = rustix::process::Pid::from_raw(child.id().cast_signed()).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("to send SIGINT");
    let asked = Instant::now();
    let ran = workspace.finish(child);
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "it took {:?} to stop",
        asked.elapsed()
    );
    assert!(!matches!(ran.code, Some(0)), "{ran:?}");
    let pid = fs::read_to_string(&pid_file).expect("the test wrote its id");
    wait_for("the test's process to end", || !is_running(&pid));

    workspace.write(STUB, ADD.reference);
    workspace.run(&["verify", "start/add"]).exits(0);
}

/// A zombie has ended: it waits for its parent.
fn is_running(pid: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[track_caller]
fn wait_for(what: &str, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told() {
    let workspace = with(ADD.reference);
    workspace.write(".workbook", "no folder");
    let ran = workspace.run(&["verify"]).exits(3);
    assert!(ran.stderr.contains(".workbook"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("see that"),
        "it says what to do: {}",
        ran.stderr
    );
    workspace.run(&["hint", "start/add"]).exits(3);
    assert_eq!(workspace.read(STUB), ADD.reference);
}

#[test]
fn without_nextest_exercises_are_blocked() {
    let mut workspace = with(ADD.reference);
    let bin = workspace.path("bin");
    fs::create_dir(&bin).expect("a folder");
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    for tool in [
        "cargo",
        "rustc",
        "rustdoc",
        "cargo-clippy",
        "clippy-driver",
        "rustup",
    ] {
        if let Some(found) = folders
            .iter()
            .map(|folder| folder.join(tool))
            .find(|file| file.is_file())
        {
            std::os::unix::fs::symlink(found, bin.join(tool)).expect("a link");
        }
    }
    let without = folders
        .into_iter()
        .filter(|folder| !folder.join("cargo-nextest").exists());
    let path = env::join_paths([bin].into_iter().chain(without)).expect("a PATH");
    workspace.set("PATH", path.to_string_lossy());
    let ran = workspace.run(&["verify", "start/add", "--json"]).exits(3);
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "blocked");
    assert!(
        line["blocked_by"][0]["what"]
            .to_string()
            .contains("cargo-nextest"),
        "{line:#}"
    );
    assert!(
        !line["blocked_by"][0]["mend"]
            .as_str()
            .unwrap_or_default()
            .is_empty(),
        "{line:#}"
    );
}
