//! Exercises whose learner writes tests, by the real binary: what accepts right code and rejects every
//! wrong version passes, and nothing else does.

#[path = "fixtures/workspace.rs"]
mod workspace;

use insta::assert_snapshot;
use serde_json::Value;
use workspace::{
    Ran, Workspace,
    laws::{AVOIDS, DIR, GOOD, NAIVE, TESTS, file},
};

const ID: &str = "start/laws";

fn verify(workspace: &Workspace) -> Ran {
    workspace.run(&["verify", ID, "--json"])
}

#[track_caller]
fn test_of(ran: &Ran, name: &str) -> Value {
    let line = ran.exercise(ID);
    let tests = line["tests"].as_array().cloned().unwrap_or_default();
    tests
        .into_iter()
        .find(|test| test["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {line:#}"))
}

#[track_caller]
fn message_of(ran: &Ran, name: &str) -> String {
    test_of(ran, name)["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// What verifying this file of tests comes to.
#[track_caller]
fn verdict_of(tests: &str, verdict: &str) -> Ran {
    let ran = verify(&Workspace::with_laws(tests));
    assert_eq!(ran.verdict(ID), verdict, "{}", ran.stdout);
    ran
}

#[test]
fn tests_that_kill_every_mutant_pass_and_the_killers_are_named() {
    let workspace = Workspace::with_laws(GOOD);
    let ran = verify(&workspace).exits(0);
    assert_eq!(ran.exercise(ID)["points"], 5, "{}", ran.stdout);
    assert_eq!(test_of(&ran, "wraps")["killed_by"][0]["name"], "stops");
    assert_eq!(test_of(&ran, "forgets")["killed_by"][0]["name"], "adds");
    // An endless loop is killed by the time limit.
    assert_eq!(test_of(&ran, "hangs")["killed_by"][0]["name"], "adds");
    let ran = workspace.run(&["verify", ID]).exits(0);
    assert!(
        ran.stderr.is_empty(),
        "answered from memory: {}",
        ran.stderr
    );
    ran.says("mutant:wraps")
        .says("killed by stops")
        .says("3 of 3 mutants killed");
    workspace
        .run(&["list", "--json"])
        .exits(0)
        .says("\"kind\": \"mutants\"");

    // What passes once is not passed for ever: stale binaries would.
    workspace.write(TESTS, file(NAIVE).replace("8, 9", "9, 8"));
    assert_eq!(verify(&workspace).verdict(ID), "failed");
    workspace.run(&["verify", ID, "--solutions"]).exits(0);
    let ran = workspace.run(&["verify", ID, "--json", "--fresh"]);
    assert_eq!(ran.verdict(ID), "failed", "{}", ran.stdout);
    workspace.write(TESTS, file(GOOD));
    assert_eq!(verify(&workspace).verdict(ID), "passed");

    // A mutant is part of what a result depends on, and of what must not be edited.
    let wraps = format!("{DIR}/mutants/wraps/src/lib.rs");
    let text = workspace.read(&wraps);
    workspace.write(
        &wraps,
        text.replace("a.wrapping_add(b)", "a.saturating_add(b) + 0"),
    );
    let ran = verify(&workspace).exits(1);
    assert_eq!(ran.verdict(ID), "tampered", "{}", ran.stdout);
    let learners = workspace.read(TESTS);
    workspace.write(TESTS, file(NAIVE));
    workspace.seal();
    workspace.write(TESTS, learners);
    assert_eq!(verify(&workspace).verdict(ID), "failed");
}

#[test]
fn survivors_are_told_with_what_they_do_wrong() {
    let ran = verdict_of(AVOIDS, "failed");
    assert_eq!(message_of(&ran, "hangs"), "survived: never answers for 7");
    assert_eq!(test_of(&ran, "wraps")["verdict"], "passed");
    let workspace = Workspace::with_laws(&NAIVE.replace("8, 9", "9, 8"));
    let ran = workspace.run(&["verify", ID]).exits(1);
    ran.says("survived: starts again at zero")
        .says("0 of 3 mutants killed");
}

#[test]
fn what_rejects_right_code_does_not_compile_or_is_not_there_is_no_pass() {
    let ran = verdict_of(&GOOD.replace("10)", "11)"), "failed");
    let message = message_of(&ran, "adds");
    assert!(
        message.starts_with("this test rejects the given code"),
        "{message}"
    );
    assert!(
        message.contains("exercises/00-start/03-laws/tests/laws.rs"),
        "{message}"
    );
    verdict_of(&GOOD.replace("10)", "\"ten\")"), "compile-error");
    verdict_of(
        "/// None.\npub fn f() -> u32 {\n    add(1, 2)\n}\n",
        "failed",
    );
    let ran = verdict_of(&GOOD.replace("#[test]", "#[test]\n#[ignore]"), "failed");
    assert!(ran.stdout.contains("no test ran"), "{}", ran.stdout);
}

#[test]
fn tests_that_look_around_are_refused() {
    for look in [
        "include_str!(\"../src/lib.rs\").contains(\"saturating\")",
        "env!(\"CARGO_PKG_NAME\") == \"start-laws\"",
        "std::env::var(\"CARGO_PKG_NAME\").is_ok_and(|name| name == \"start-laws\")",
        "std::fs::read_to_string(\"src/lib.rs\").is_ok_and(|text| text.contains(\"saturating\"))",
        "file!().starts_with(\"exercises\")",
    ] {
        let ran = verdict_of(
            &format!("#[test]\nfn knows() {{\n    assert!(add(1, 2) == 3 && {look});\n}}\n"),
            "failed",
        );
        let message = message_of(&ran, "black-box");
        assert!(message.contains("tests/laws.rs mentions"), "{message}");
    }
}

#[test]
fn a_name_that_gets_past_the_gate_is_worth_nothing() {
    // No word of it is refused: a macro takes `file` and makes the call.
    let tests = "macro_rules! call {\n    ($name:ident) => {\n        $name!()\n    };\n}\n\n#[test]\nfn knows() {\n    assert!(add(1, 2) == 3 && call!(file).starts_with(\"exercises\"));\n}\n";
    let ran = verdict_of(tests, "failed");
    let message = message_of(&ran, "knows");
    assert!(
        message.contains("accepted the given code in one run"),
        "{message}"
    );
}

#[test]
fn only_the_learners_own_file_counts() {
    let workspace = Workspace::with_laws(&NAIVE.replace("8, 9", "9, 8"));
    workspace.write(format!("{DIR}/tests/more.rs"), file(GOOD));
    let ran = verify(&workspace);
    assert_eq!(ran.verdict(ID), "failed", "{}", ran.stdout);
    assert_eq!(test_of(&ran, "wraps")["verdict"], "failed");

    workspace.write("ada/tests/laws.rs", file(NAIVE).replace("8, 9", "9, 8"));
    workspace.write("ada/mutants/wraps/src/lib.rs", "pub fn add() {}");
    workspace.write("hidden/00-start/03-laws/tests/hidden.rs", file(GOOD));
    let graded = workspace.run(&[
        "grade",
        "ada",
        "-e",
        ID,
        "--hidden",
        "hidden",
        "--json",
        "--junit",
        "marks.xml",
    ]);
    let line = graded.exits(1).exercise(ID);
    assert_eq!(line["verdict"], "failed", "{line:#}");
    workspace.write("ada/tests/laws.rs", file(GOOD));
    workspace
        .run(&["grade", "ada", "-e", ID, "--junit", "marks.xml"])
        .exits(0)
        .says("killed by stops");
    let xml = workspace.read("marks.xml");
    assert!(
        xml.contains("<system-out>killed by stops</system-out>"),
        "{xml}"
    );
}

#[test]
fn a_mutant_that_does_not_compile_is_no_fault_of_the_learner() {
    let workspace = Workspace::with_laws(NAIVE);
    workspace.write(
        format!("{DIR}/mutants/wraps/src/lib.rs"),
        "//! Sums.\n\npub fn add() -> u32 {\n    1\n",
    );
    workspace.seal();
    workspace.write(TESTS, file(GOOD));
    let ran = verify(&workspace).exits(3);
    assert_eq!(ran.verdict(ID), "blocked", "{}", ran.stdout);
    assert!(
        ran.stdout.contains("the mutant `wraps` does not compile"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_good_exercise_is_accepted_by_audit() {
    let workspace = Workspace::with_laws(NAIVE);
    assert_snapshot!(workspace.run(&["audit"]).exits(0).stdout);
}

#[test]
fn audit_tells_what_is_wrong_with_mutants() {
    let workspace = Workspace::with_laws(NAIVE);
    workspace.remove(format!("{DIR}/mutants/hangs"));
    workspace.write(format!("{DIR}/mutants/stray/src/lib.rs"), "");
    workspace.write(format!("{DIR}/mutants/wraps/tests/laws.rs"), "");
    workspace.write(
        format!("{DIR}/mutants/forgets/src/lib.rs"),
        workspace.read(format!("{DIR}/src/lib.rs")),
    );
    workspace.seal();
    assert_snapshot!("files", workspace.run(&["audit"]).exits(1).stdout);

    let workspace = Workspace::with_laws(NAIVE);
    let given = workspace.read(format!("{DIR}/src/lib.rs"));
    workspace.write(
        format!("{DIR}/mutants/hangs/src/lib.rs"),
        given
            .replace("a.saturating", "b.saturating")
            .replace("add(b)", "add(a)"),
    );
    workspace.write(
        format!("{DIR}/mutants/wraps/src/lib.rs"),
        given.replace("u32 {", "u64 {"),
    );
    workspace.seal();
    assert_snapshot!("runs", workspace.run(&["audit"]).exits(1).stdout);
}
