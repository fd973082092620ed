//! What the machine lacks blocks what needs it, and nothing else.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{env, fs, os::unix::fs::symlink};

use workspace::{
    Workspace,
    code::{ADD, DOUBLE, OTHER, STUB},
};

/// Takes a program off the workbook's PATH: of the folders that have it, all else is linked into a new one.
fn hide(workspace: &mut Workspace, program: &str) {
    let bin = workspace.path("bin");
    fs::create_dir(&bin).expect("a folder");
    let path = env::var_os("PATH").unwrap_or_default();
    let (with, without): (Vec<_>, Vec<_>) =
        env::split_paths(&path).partition(|folder| folder.join(program).exists());
    let programs = with.iter().flat_map(fs::read_dir).flatten().flatten();
    for found in programs.filter(|found| found.file_name() != program) {
        // What is there already came from a folder that is asked first.
        let _ = symlink(found.path(), bin.join(found.file_name()));
    }
    let path = env::join_paths([bin].into_iter().chain(without)).expect("a PATH");
    workspace.set("PATH", path.to_string_lossy());
}

#[test]
fn without_nextest_every_exercise_is_blocked() {
    let mut workspace = Workspace::with(ADD.reference);
    hide(&mut workspace, "cargo-nextest");
    let ran = workspace.run(&["verify", "start/add", "--json"]).exits(3);
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "blocked");
    let blocker = &line["blocked_by"][0];
    assert!(
        blocker["what"].to_string().contains("cargo-nextest"),
        "{line:#}"
    );
    assert!(
        !blocker["fix"].as_str().unwrap_or_default().is_empty(),
        "{line:#}"
    );
}

#[test]
fn a_missing_tool_blocks_exactly_what_needs_it() {
    let mut workspace = Workspace::good();
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "gates",
        "needs = [\"valgrind\"]\ngates",
    );
    workspace.seal();
    workspace.write(STUB, ADD.reference);
    workspace.write(OTHER, DOUBLE.reference);
    hide(&mut workspace, "valgrind");
    for side in [&[][..], &["--solutions"]] {
        let args = [&["verify", "--json"][..], side].concat();
        let ran = workspace.run(&args).exits(3);
        let line = ran.exercise("start/add");
        assert_eq!(line["verdict"], "blocked", "{line:#}");
        let blockers = line["blocked_by"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(blockers.len(), 1, "{line:#}");
        assert!(
            blockers[0]["what"].to_string().contains("valgrind"),
            "{line:#}"
        );
        assert_eq!(ran.verdict("start/double"), "passed");
    }
}
