//! What was published comes back, and is known again, wherever the clone comes from.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::process::Command;

use workspace::{
    Workspace,
    code::{ADD, STUB},
};

const TESTS: &str = "exercises/00-start/01-add/tests/behaviour.rs";

#[test]
fn a_stub_that_was_edited_before_the_first_run_comes_back_without_git() {
    let workspace = Workspace::good();
    workspace.write(STUB, ADD.naive);
    workspace.run(&["reset", "start/add"]).exits(0).says(STUB);
    assert_eq!(workspace.read(STUB), ADD.stub);
}

#[test]
fn a_stub_is_the_published_one_or_none() {
    let workspace = Workspace::good();
    // Nobody's: an id that no file has.
    workspace.remove("exercises/stubs.lock");
    workspace.write(STUB, ADD.reference);
    for (damage, says) in [(None, "stubs.lock"), (Some("=== x"), "stubs.lock")] {
        if let Some(damage) = damage {
            workspace.write("exercises/stubs.lock", format!("{damage}\n"));
        }
        workspace.run(&["reset", "start/add"]).exits(3).warns(says);
        assert_eq!(workspace.read(STUB), ADD.reference, "nothing was touched");
    }
    // The grader's own answer must not pass for a submission that is empty.
    workspace.write("nothing/README", "I did not get round to it.\n");
    let ran = workspace
        .run(&["grade", "nothing", "-e", "start/add", "--json"])
        .exits(3);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    ran.warns("the original of exercises/00-start/01-add/src/lib.rs");
}

#[test]
fn an_empty_submission_is_pending_whatever_the_grader_wrote() {
    let workspace = Workspace::good();
    workspace.write(STUB, ADD.reference);
    workspace.write("nothing/README", "I did not get round to it.\n");
    let grade = ["grade", "nothing", "-e", "start/add", "--json"];
    let ran = workspace.run(&grade).exits(1);
    assert_eq!(ran.verdict("start/add"), "pending", "{}", ran.stdout);
    // An exercise that nobody published has no stub to compare with.
    let lock = workspace.read("exercises/exercises.lock");
    let without: String = lock
        .lines()
        .filter(|line| !line.ends_with(STUB))
        .map(|line| format!("{line}\n"))
        .collect();
    workspace.write("exercises/exercises.lock", without);
    workspace.run(&grade).exits(3).warns("exercises.lock");
}

#[test]
fn the_ends_of_lines_make_no_difference() {
    let workspace = Workspace::good();
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    workspace.write(STUB, windows(ADD.stub));
    let tests = workspace.read(TESTS);
    workspace.write(TESTS, windows(&tests));
    let ran = workspace.run(&["verify", "--json"]).exits(0);
    assert_eq!(ran.verdict("start/add"), "pending", "{}", ran.stdout);
    assert_eq!(
        workspace.read(TESTS),
        tests,
        "what is compared to the byte is as it was"
    );
    assert_eq!(
        workspace.read(STUB),
        windows(ADD.stub),
        "the learner's file is the learner's"
    );
    workspace.write(STUB, windows(ADD.reference));
    let ran = workspace.run(&["verify", "start/add", "--json"]).exits(0);
    assert_eq!(ran.verdict("start/add"), "passed");
    // A submission, too.
    workspace.write("alice/src/lib.rs", windows(ADD.stub));
    let ran = workspace.run(&["grade", "alice", "-e", "start/add", "--json"]);
    assert_eq!(ran.verdict("start/add"), "pending", "{}", ran.stdout);
    // An edit is one in spite of that.
    workspace.write(TESTS, windows(&tests.replace("3, ", "4, ")));
    let ran = workspace.run(&["verify", "start/add", "--json"]);
    assert_eq!(ran.verdict("start/add"), "tampered", "{}", ran.stdout);
}

#[test]
fn a_lock_file_that_is_gone_or_damaged_is_told() {
    let workspace = Workspace::good();
    let lock = workspace.read("Cargo.lock");
    workspace.write(STUB, ADD.reference);
    for command in [
        &["verify", "start/add"][..],
        &["verify", "start/add", "--solutions"],
    ] {
        workspace.remove("Cargo.lock");
        workspace
            .run(command)
            .exits(3)
            .warns("Cargo.lock is not there; `git checkout Cargo.lock`");
        assert!(!workspace.path("Cargo.lock").exists(), "no other was made");
        workspace.write("Cargo.lock", format!("<<<<<<< HEAD\n{lock}"));
        workspace
            .run(command)
            .exits(3)
            .warns("Cargo.lock is damaged")
            .warns("`git checkout Cargo.lock`");
    }
    // One of another version of the workbook, or of a cargo that is newer.
    workspace.write("Cargo.lock", lock.replace("version = 4", "version = 99"));
    workspace
        .run(&["verify", "start/add"])
        .exits(3)
        .warns("`git checkout Cargo.lock`");
    workspace.write("Cargo.lock", lock);
    workspace.run(&["verify", "start/add"]).exits(0);
}

#[expect(clippy::disallowed_methods, reason = "the test makes clones")]
fn git(dir: &std::path::Path, args: &[&str]) {
    let name = ["-c", "user.name=a", "-c", "user.email=a@b"];
    let status = Command::new("git")
        .args(name)
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(dir)
        .env_remove("GIT_DIR")
        .status();
    assert!(status.expect("git").success(), "git {args:?}");
}

#[test]
fn what_is_not_in_the_repository_s_stubs_comes_from_git_whatever_a_hook_set() {
    let mut workspace = Workspace::good();
    git(workspace.root(), &["init", "-q"]);
    workspace.write(".gitignore", "/target\n/.workbook\n");
    git(workspace.root(), &["add", "."]);
    git(workspace.root(), &["commit", "-qm", "published"]);
    let tests = workspace.read(TESTS);
    workspace.write(TESTS, "");
    workspace.write("other/README", "");
    git(&workspace.path("other"), &["init", "-q"]);
    let other = workspace.path("other/.git").to_string_lossy().into_owned();
    workspace.set("GIT_DIR", other);
    workspace
        .run(&["reset", "start/add", "--tests"])
        .exits(0)
        .says(TESTS);
    assert_eq!(workspace.read(TESTS), tests);
}

#[test]
fn a_partial_clone_without_its_server_gives_the_stub_back() {
    let workspace = Workspace::good();
    git(workspace.root(), &["init", "-q"]);
    git(
        workspace.root(),
        &["config", "uploadpack.allowFilter", "true"],
    );
    git(workspace.root(), &["add", "."]);
    git(workspace.root(), &["commit", "-qm", "published"]);
    workspace.write(STUB, ADD.naive);
    git(workspace.root(), &["commit", "-qam", "mine"]);
    let source = format!("file://{}", workspace.root().display());
    for how in ["--depth=1", "--filter=blob:none"] {
        let clone = Workspace::good();
        let place = clone.path("clone");
        git(clone.root(), &["clone", "-q", how, &source, "clone"]);
        git(&place, &["remote", "set-url", "origin", "file:///no/such"]);
        // The published stub is in none of the commits that are here, but in the file of stubs.
        clone.run_in("clone", &["reset", "start/add"]).exits(0);
        assert_eq!(clone.read(format!("clone/{STUB}")), ADD.stub, "{how}");
    }
}
