//! `cargo xtask audit`, by the real binary: the good workbook is accepted, and each flaw is rejected
//! with its own message.

#[path = "fixtures/workspace.rs"]
mod workspace;

use insta::assert_snapshot;
use workspace::{
    Ran, Workspace,
    code::{ADD, Code, DOUBLE},
};

const RECORD: &str = "solutions/00-start/01-add/traps/naive.txt";

/// The reference of `start/add` with this body.
fn sum(body: &str) -> String {
    ADD.reference.replace("a.saturating_add(b)", body)
}

/// A workbook of exercises that are all `start/add` by other names.
fn sums(names: &[&str]) -> Workspace {
    let workspace = Workspace::empty();
    for (at, name) in names.iter().enumerate() {
        workspace.exercise(&format!("00-start/{:02}-{name}", at + 1), name, ADD);
    }
    workspace.seal();
    workspace
}

/// What the audit of a flawed workbook prints.
#[track_caller]
fn refused(workspace: &Workspace) -> String {
    workspace.run(&["audit"]).exits(1).stdout
}

#[test]
fn a_good_workbook_is_accepted_and_answered_from_memory() {
    let workspace = Workspace::good();
    let ran = workspace.run(&["audit"]).exits(0);
    assert_snapshot!(ran.stdout);
    let ran = workspace.run(&["audit", "--json"]).exits(0);
    assert!(ran.stderr.is_empty(), "nothing is built: {}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(0));
    assert_eq!(json["exercises"][1]["killed"], 2);
}

#[test]
fn every_misplaced_file_is_told() {
    let workspace = sums(&["add", "messy", "hard", "bare"]);
    let messy = "00-start/02-messy";
    workspace.remove(format!("book/src/{messy}.md"));
    workspace.write(format!("exercises/{messy}/notes.txt"), "");
    workspace.write(format!("solutions/{messy}/tests/behaviour.rs"), "");
    workspace.write(format!("solutions/{messy}/traps/forgotten/src/lib.rs"), "");
    workspace.write(format!("solutions/{messy}/traps/naive/src/other.rs"), "");
    workspace.write(
        format!("exercises/{messy}/hints.md"),
        "# Hints\n\n## One\n\nLook.\n\n## Two\n",
    );
    workspace.remove(format!("solutions/{messy}/NOTES.md"));
    workspace.write("book/src/00-start/03-hard.md", "# Easy\n");
    workspace.edit(
        "exercises/00-start/03-hard/Cargo.toml",
        "tier = \"warm-up\"",
        "tier = \"challenge\"",
    );
    workspace.edit(
        "solutions/00-start/03-hard/traps.toml",
        "[naive]",
        "[obvious]",
    );
    workspace.edit(
        "solutions/00-start/03-hard/traps.toml",
        "why = \"stops too early\"\n",
        "",
    );
    workspace.remove("solutions/00-start/04-bare");
    workspace.edit(
        "book/src/SUMMARY.md",
        "  - [bare](00-start/04-bare.md)\n",
        "",
    );
    workspace.write("book/src/00-start/09-gone.md", "# Gone\n");
    workspace.write("book/src/07-gone/01-too.md", "# Gone, too\n");
    workspace.write("solutions/00-start/09-gone/src/lib.rs", "");
    workspace.write("exercises/00-start/scratch/notes", "");
    workspace.seal();
    assert_snapshot!(refused(&workspace));
}

#[test]
fn traps_are_counted_and_have_files() {
    let workspace = sums(&["few"]);
    workspace.edit(
        "exercises/00-start/01-few/Cargo.toml",
        "tier = \"warm-up\"",
        "tier = \"challenge\"",
    );
    workspace.edit(
        "solutions/00-start/01-few/traps.toml",
        "[naive]",
        "[obvious]",
    );
    workspace.seal();
    assert_snapshot!(refused(&workspace));
}

#[test]
fn a_manifest_asks_for_what_there_is() {
    let workspace = sums(&["add", "needs", "depends"]);
    workspace.edit(
        "exercises/00-start/02-needs/Cargo.toml",
        "gates =",
        "needs = [\"teapot\"]\ngates =",
    );
    workspace.edit(
        "exercises/00-start/03-depends/Cargo.toml",
        "[lints]",
        "[dependencies]\nstart-add = { path = \"../01-add\" }\n\n[lints]",
    );
    workspace.seal();
    let printed = refused(&workspace);
    let known = "which setup does not know; it knows `cargo-nextest`, ";
    assert!(
        printed.contains(&format!(
            "02-needs/Cargo.toml: `needs` names `teapot`, {known}"
        )),
        "{printed}"
    );
    assert!(
        printed.contains("03-depends/Cargo.toml: the dependency `start-add` has a version"),
        "{printed}"
    );
    assert!(
        printed.contains("✓ start/add"),
        "the others are audited all the same: {printed}"
    );
}

#[test]
fn what_cargo_refuses_hides_nothing_else() {
    let workspace = sums(&["add", "odd"]);
    workspace.edit(
        "exercises/00-start/02-odd/Cargo.toml",
        "[lib]",
        "[features]\nx = [\"no-such-feature\"]\n\n[lib]",
    );
    workspace.edit("book/src/00-start/01-add.md", "# add", "# sum");
    workspace.seal();
    let ran = workspace.run(&["audit"]).exits(1);
    assert!(ran.stdout.contains("the title is `sum`"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("start/add, start/odd: ") && ran.stdout.contains("no-such-feature"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_stub_fails_for_its_declared_reason() {
    let workspace = sums(&[
        "passes",
        "other-reason",
        "no-such-test",
        "compiles",
        "other-error",
    ]);
    let exercise = |name: &str| format!("exercises/00-start/{name}");
    workspace.write(exercise("01-passes/src/lib.rs"), ADD.reference);
    workspace.write(exercise("02-other-reason/src/lib.rs"), ADD.naive);
    workspace.edit(
        exercise("03-no-such-test/Cargo.toml"),
        "test:adds",
        "test:subtracts",
    );
    workspace.edit(
        exercise("04-compiles/Cargo.toml"),
        "test:adds",
        "error:E0382",
    );
    workspace.write(
        exercise("05-other-error/src/lib.rs"),
        ADD.stub.replace("let _ = (a, b);", "let _ = c;"),
    );
    workspace.edit(
        exercise("05-other-error/Cargo.toml"),
        "test:adds",
        "error:E0382",
    );
    workspace.seal();
    assert_snapshot!(refused(&workspace));
}

#[test]
fn a_stub_that_does_not_compile_needs_that_reason() {
    let workspace = sums(&["add", "refused"]);
    let stub = ADD.stub.replace(
        "let _ = (a, b);",
        "let text = String::new(); drop(text); drop(text);",
    );
    workspace.write("exercises/00-start/02-refused/src/lib.rs", &stub);
    workspace.seal();
    let ran = workspace.run(&["audit"]).exits(1);
    assert!(
        ran.stdout.contains(
            "the stub does not compile, but the manifest's `stub` says that its test `adds` fails"
        ),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("✓ start/add"), "{}", ran.stdout);
    workspace.edit(
        "exercises/00-start/02-refused/Cargo.toml",
        "test:adds",
        "error:E0382",
    );
    workspace.seal();
    workspace.run(&["audit"]).exits(0);
}

#[test]
fn a_reference_passes_everything() {
    let workspace = sums(&["wrong", "gate", "format", "lint", "broken"]);
    let reference = |name: &str| format!("solutions/00-start/{name}/src/lib.rs");
    workspace.write(reference("01-wrong"), ADD.naive);
    workspace.edit(
        "exercises/00-start/02-gate/Cargo.toml",
        "gates = [\"docs\"]",
        "gates = [\"no-panic\"]",
    );
    workspace.write(
        reference("02-gate"),
        sum("a.saturating_add(b).checked_add(0).unwrap()"),
    );
    workspace.write(reference("03-format"), sum("a . saturating_add( b )"));
    workspace.write(reference("04-lint"), sum("return a.saturating_add(b);"));
    workspace.write(reference("05-broken"), sum("a.saturating_add(c)"));
    workspace.seal();
    assert_snapshot!(refused(&workspace));
}

#[test]
fn every_trap_dies_by_its_tests() {
    let workspace = sums(&["add", "survives", "broken", "no-such-test", "other-killer"]);
    let solution = |name: &str| format!("solutions/00-start/{name}");
    workspace.write(
        solution("02-survives/traps/off-by-one/src/lib.rs"),
        sum("b.saturating_add(a)"),
    );
    workspace.write(solution("03-broken/traps/naive/src/lib.rs"), sum("a + c"));
    workspace.edit(
        solution("04-no-such-test/traps.toml"),
        "why = \"overflows\"\nkilled-by = [\"",
        "why = \"overflows\"\nkilled-by = [\"behaviour::",
    );
    workspace.edit(
        solution("05-other-killer/traps.toml"),
        "killed-by = [\"",
        "killed-by = [\"adds\", \"",
    );
    assert_snapshot!(refused(&workspace));
}

#[test]
fn a_recorded_failure_is_the_real_one() {
    let workspace = Workspace::good();
    workspace.edit(RECORD, "overflow", "underflow");
    workspace.remove("solutions/00-start/02-double/traps/naive.txt");
    assert_snapshot!(refused(&workspace));
    let ran = workspace.run(&["audit", "--bless"]).exits(0);
    assert_snapshot!(ran.stdout);
    assert_eq!(
        workspace.read(RECORD),
        ADD.recorded.replace("PLACE", "00-start/01-add")
    );
    // Blanks at line ends are no difference, and blessing leaves them alone.
    workspace.edit(RECORD, "overflow\n", "overflow  \n\n");
    let ran = workspace.run(&["audit", "--bless"]).exits(0);
    assert!(!ran.stdout.contains("Rewritten"), "{}", ran.stdout);
}

#[test]
fn the_lock_has_the_files_as_they_are() {
    let workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/01-add/tests/behaviour.rs",
        "1 + 2 is 3",
        "three",
    );
    workspace.write(
        "exercises/00-start/01-add/tests/more.rs",
        "#[test]\nfn more() {\n    assert_eq!(start_add::add(2, 2), 4);\n}\n",
    );
    workspace.edit(
        "exercises/exercises.lock",
        "exercises/00-start/02-double/hints.md",
        "exercises/00-start/02-double/old.md",
    );
    let before = workspace.read("exercises/exercises.lock");
    assert_snapshot!(refused(&workspace));
    assert_eq!(
        workspace.read("exercises/exercises.lock"),
        before,
        "only --bless writes"
    );
    // One exercise's part, and then the rest.
    workspace
        .run(&["audit", "--bless", "start/add"])
        .exits(0)
        .says("exercises/exercises.lock");
    let ran = workspace.run(&["audit"]).exits(1);
    assert!(!ran.stdout.contains("✗ start/add"), "{}", ran.stdout);
    workspace.run(&["audit", "--bless"]).exits(0);
    let blessed = workspace.read("exercises/exercises.lock");
    workspace.seal();
    assert_eq!(blessed, workspace.read("exercises/exercises.lock"));
}

#[test]
fn the_stubs_that_reset_needs_are_kept_as_they_are() {
    let workspace = Workspace::good();
    const STUBS: &str = "exercises/stubs.lock";
    let sealed = workspace.read(STUBS);
    // As long as before, so that the rest of the file can be read.
    workspace.edit(STUBS, "add them", "add both");
    let ran = workspace.run(&["audit", "start/add"]).exits(1);
    assert!(
        ran.stdout.contains("`cargo xtask reset` needs"),
        "{}",
        ran.stdout
    );
    assert_ne!(workspace.read(STUBS), sealed, "only --bless writes");
    workspace
        .run(&["audit", "--bless", "start/add"])
        .exits(0)
        .says(STUBS);
    assert_eq!(workspace.read(STUBS), sealed);
}

#[test]
fn the_stub_is_the_locked_one_whatever_lies_there() {
    let workspace = Workspace::good();
    // The first run keeps the stubs, as there is no git.
    workspace.run(&["verify"]).exits(0);
    workspace.write("exercises/00-start/01-add/src/lib.rs", ADD.reference);
    let ran = workspace.run(&["audit"]).exits(1);
    assert!(!ran.stdout.contains("stub passes"), "{}", ran.stdout);
    // Blessed, it is the stub.
    let ran: Ran = workspace.run(&["audit", "--bless", "start/add"]).exits(1);
    assert!(
        ran.stdout
            .contains("start/add: exercises/00-start/01-add/src/lib.rs: the untouched stub passes"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_cannot_be_checked_is_no_fault() {
    let workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/02-double/Cargo.toml",
        "gates =",
        "needs = [\"postgres\"]\ngates =",
    );
    workspace.seal();
    let ran = workspace.run(&["audit", "--json"]);
    if ran.code == Some(0) {
        // This machine has PostgreSQL.
        return;
    }
    let json = ran.exits(3).json();
    assert_eq!(
        json["problems"].as_array().map(Vec::len),
        Some(0),
        "{json:#}"
    );
    assert_eq!(json["blocked"][0]["id"], "start/double");
    assert_eq!(json["exercises"][0]["ok"], true);
    assert_eq!(json["exercises"][1]["ok"], false);
}

#[test]
fn a_trap_that_hangs_dies_once() {
    let workspace = Workspace::empty();
    let naive = "//! Doubles.\n\n/// Twice.\npub fn double(a: u32) -> u32 {\n    while a == u32::MAX {\n        std::hint::black_box(a);\n    }\n    a * 2\n}\n";
    workspace.exercise("00-start/01-double", "Twice", Code { naive, ..DOUBLE });
    workspace.edit(
        "exercises/00-start/01-double/Cargo.toml",
        "timeout_seconds = 10",
        "timeout_seconds = 1",
    );
    workspace.seal();
    workspace.run(&["audit", "--bless"]).exits(0);
    assert_snapshot!(workspace.read("solutions/00-start/01-double/traps/naive.txt"));
    let ran = workspace.run(&["audit", "--json"]).exits(0);
    assert!(
        ran.stderr.is_empty(),
        "its death is remembered, and nothing is run: {}",
        ran.stderr
    );
}
