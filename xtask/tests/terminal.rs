//! What a person sees on a terminal, by the real binary on one.

#[path = "fixtures/pty.rs"]
mod pty;
#[path = "fixtures/workspace.rs"]
mod workspace;

use pty::Pty;
use workspace::{
    Workspace,
    code::{ADD, STUB, body},
};

const QUESTION: &str = "Go ahead? [Y/n]";

/// A workbook with one right answer, on a machine without cargo-nextest.
fn without_nextest() -> Workspace {
    let mut workspace = Workspace::with(ADD.reference);
    workspace.hide("cargo-nextest");
    workspace
}

#[test]
fn the_question_stays_until_it_is_answered_and_no_is_no() {
    let workspace = without_nextest();
    let mut pty = Pty::start(workspace.command(&["verify", "start/add"]));
    pty.keeps("cargo-nextest").keeps(QUESTION);
    let screen = pty.types("n\n").ends(3);
    assert!(screen.contains("blocked"), "{screen}");
    assert!(
        screen.contains(QUESTION),
        "the question is still to be read:\n{screen}"
    );
    assert!(!workspace.path(".workbook/tools/bin").exists());
}

#[test]
fn a_missing_system_package_is_asked_for_as_visibly() {
    let mut workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "gates",
        "needs = [\"valgrind\"]\ngates",
    );
    workspace.edit(
        "exercises/00-start/02-double/Cargo.toml",
        "backends = [\"host\"]",
        "backends = [\"qemu\"]",
    );
    workspace.seal();
    workspace.hide("valgrind");
    workspace.hide("qemu-system-arm");
    for id in ["start/add", "start/double"] {
        let mut pty = Pty::start(workspace.command(&["verify", id]));
        pty.keeps("Some of the workbook's tools are missing");
        pty.keeps(if id == "start/add" {
            "valgrind"
        } else {
            "qemu-system-arm"
        });
        if pty.screen().contains(QUESTION) {
            pty.types("no\n");
        }
        pty.ends(3);
    }
}

#[test]
fn yes_installs_and_goes_on() {
    let mut workspace = Workspace::with(ADD.reference);
    let (cargo, nextest) = (workspace.which("cargo"), workspace.which("cargo-nextest"));
    workspace.hide("cargo-nextest");
    // In cargo's place: compiling the tool takes minutes, and here it is only to be there afterwards.
    workspace.stand_in(
        "cargo",
        &format!(
            "if [ \"$1\" = install ]; then\n  while [ \"$1\" != --root ]; do shift; done\n  mkdir -p \"$2/bin\" && cp '{}' \"$2/bin/\"\nelse\n  exec '{}' \"$@\"\nfi",
            nextest.display(),
            cargo.display()
        ),
    );
    let mut pty = Pty::start(workspace.command(&["verify", "start/add"]));
    let screen = pty.keeps(QUESTION).types("\n").ends(0);
    assert!(screen.contains("setup: [1/1] cargo-nextest"), "{screen}");
    assert!(screen.contains("✓ passed"), "{screen}");
    assert!(workspace.path(".workbook/tools/bin/cargo-nextest").exists());
}

#[test]
fn ctrl_c_at_the_question_ends_the_command() {
    let workspace = without_nextest();
    for command in ["verify", "setup"] {
        let mut pty = Pty::start(workspace.command(&[command]));
        let screen = pty.keeps(QUESTION).ctrl_c().ends(130);
        assert!(screen.contains("interrupted"), "{screen}");
    }
}

#[test]
fn nothing_of_the_spinner_is_left() {
    let workspace = Workspace::with(ADD.reference);
    let mut pty = Pty::start(workspace.command(&["verify", "start/add"]));
    let screen = pty.shows("building 1 exercise for the host").ends(0);
    assert!(screen.contains("✓ passed"), "{screen}");
    assert!(!screen.contains("building"), "{screen}");
}

#[test]
fn what_is_said_meanwhile_stays_above_the_spinner() {
    let workspace = Workspace::with(ADD.reference);
    workspace.run(&["verify", "start/add"]).exits(0);
    workspace.write(STUB, body("a.saturating_add(b) + 0"));
    // Another cargo holds the lock of the folder that the exercises are built in.
    let lock = std::fs::File::open(workspace.path("target/debug/.cargo-lock")).expect("a lock");
    lock.lock().expect("to hold it");
    let mut pty = Pty::start(workspace.command(&["verify", "start/add"]));
    pty.keeps("another cargo is building in this folder; waiting for it to end");
    pty.keeps("building 1 exercise for the host");
    drop(lock);
    let screen = pty.ends(0);
    assert!(screen.contains("another cargo is building"), "{screen}");
    assert!(screen.contains("✓ passed"), "{screen}");
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let workspace = Workspace::with(ADD.reference);
    let mut command = workspace.command(&["verify", "start/add"]);
    command.env_remove("NO_COLOR");
    let mut pty = Pty::start_on("dumb", command);
    let screen = pty.ends(0);
    assert!(screen.contains("✓ passed"), "{screen}");
    assert!(
        !pty.bytes().contains(&0x1b),
        "{:?}",
        String::from_utf8_lossy(&pty.bytes())
    );
}
