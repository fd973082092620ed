//! A machine's own ways (where the clone lies, what cargo and the shell are set to) change no verdict.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::fs;

use workspace::{
    Workspace,
    code::{ADD, STUB, body},
};

/// Its path holds what shells, cargo and nextest split at or quote, and what is no ASCII. (Cargo itself refuses `[`.)
const ODD: &str = "a b's \"wörk\"";

/// What a learner may have in a configuration of cargo's for reasons of his own. Each of these alone turned a pass
/// into something else.
const CONFIGURATION: &str = r#"
[build]
rustflags = ["-D", "warnings", "--cfg", "not_ours"]
rustdocflags = ["--no-such-flag"]
rustc-wrapper = "/no/such/wrapper"
target = "wasm32-unknown-unknown"
target-dir = "/no/such/folder/target"

[target.'cfg(all())']
runner = "/no/such/runner"
linker = "/no/such/linker"

[profile.dev]
overflow-checks = false

[env]
RUST_TEST_THREADS = "none"
NOT_OURS = "set"

[alias]
clippy = "no-such-command"
"#;

/// Warns, and counts on the profile of the workbook: what a configuration would change shows.
fn answer() -> String {
    let code = body(
        "let unused = 1; if cfg!(not_ours) || std::env::var_os(\"NOT_OURS\").is_some() { return 0; } std::panic::catch_unwind(|| std::hint::black_box(a) + b).unwrap_or(u32::MAX)",
    );
    code.replace("let unused", "#[allow(unused_mut)] let mut unused")
}

fn passes(workspace: &Workspace) {
    let ran = workspace.run(&["verify", "start/add", "--json"]);
    assert_eq!(
        ran.verdict("start/add"),
        "passed",
        "{}\n{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn a_right_answer_passes_below_any_path() {
    let workspace = Workspace::right_in(ODD);
    passes(&workspace);
    workspace
        .run(&["verify", "start/add", "--solutions"])
        .exits(0);
    workspace.write(STUB, ADD.naive);
    let ran = workspace.run(&["verify", "start/add", "--json"]).exits(1);
    let tests = ran.exercise("start/add")["tests"].to_string();
    assert!(tests.contains("attempt to add with overflow"), "{tests}");
}

#[test]
fn a_configuration_above_the_clone_or_at_home_changes_no_verdict() {
    for place in ["../.cargo/config.toml", "../cargo home/config.toml"] {
        let mut workspace = Workspace::right_in(ODD);
        let home = workspace
            .path("../cargo home")
            .to_string_lossy()
            .into_owned();
        fs::create_dir(&home).expect("a home");
        workspace.set("CARGO_HOME", home);
        workspace.write(place, CONFIGURATION);
        // Cargo gives `[env]` to what it starts.
        workspace.set("NOT_OURS", "set");
        workspace.set("RUST_TEST_THREADS", "none");
        workspace.write(STUB, answer());
        passes(&workspace);
        let solutions = workspace.run(&["verify", "--solutions", "--json"]);
        assert_eq!(solutions.verdict("start/add"), "passed", "{solutions:?}");
    }
}

#[test]
fn variables_of_the_shell_or_of_a_hook_change_no_verdict() {
    let mut workspace = Workspace::right_in("clone");
    for (name, value) in [
        ("RUSTFLAGS", "-D warnings"),
        ("CARGO_ENCODED_RUSTFLAGS", "-D\u{1f}warnings"),
        ("CARGO_BUILD_RUSTFLAGS", "-D warnings"),
        ("CARGO_BUILD_TARGET", "wasm32-unknown-unknown"),
        ("CARGO_BUILD_RUSTC_WRAPPER", "/no/such/wrapper"),
        ("CARGO_TARGET_DIR", "/no/such/folder"),
        ("CARGO_BUILD_TARGET_DIR", "/no/such/folder"),
        ("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false"),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "/no/such"),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER", "/no/such"),
        ("RUSTC_WRAPPER", "/no/such/wrapper"),
        ("RUSTC_WORKSPACE_WRAPPER", "/no/such/wrapper"),
        ("RUSTDOCFLAGS", "--no-such-flag"),
        ("RUST_MIN_STACK", "none"),
        ("RUST_TEST_THREADS", "none"),
        ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings"),
        ("NEXTEST_RETRIES", "none"),
        ("NEXTEST_PROFILE", "no-such"),
        ("GIT_DIR", "/no/such/repository"),
        ("GIT_WORK_TREE", "/no/such/tree"),
        ("GIT_INDEX_FILE", "/no/such/index"),
    ] {
        workspace.set(name, value);
    }
    workspace.write(STUB, answer());
    passes(&workspace);
}

#[test]
fn a_workbook_inside_another_workspace_is_its_own() {
    let workspace = Workspace::right_in("clone");
    workspace.write("../Cargo.toml", "[workspace]\nmembers = [\"other\"]\n");
    workspace.write(
        "../other/Cargo.toml",
        "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    workspace.write("../other/src/lib.rs", "");
    workspace.write("../clippy.toml", "msrv = \"nonsense\"\n");
    // Nextest's own, of the user and of the folder above.
    workspace.write("../.config/nextest/config.toml", "nonsense");
    workspace.write("../.config/nextest.toml", "nonsense");
    passes(&workspace);
}
