//! What the machine lacks blocks what needs it, and nothing else.

#[path = "fixtures/workspace.rs"]
mod workspace;

use workspace::{
    Workspace,
    code::{ADD, DOUBLE, OTHER, STUB},
};

#[test]
fn without_nextest_every_exercise_is_blocked() {
    let mut workspace = Workspace::with(ADD.reference);
    workspace.hide("cargo-nextest");
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
    workspace.hide("valgrind");
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
