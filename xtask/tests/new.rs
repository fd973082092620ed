//! `cargo xtask new`, by the real binary: what it scaffolds is told to be unfinished, and accepted
//! once it is filled in.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{fs, path::Path};

use insta::assert_snapshot;
use workspace::{Workspace, code::ADD};

/// Writes something in place of every mark, as an author would.
fn fill_in(dir: &Path) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            fill_in(&path);
        } else {
            let text = fs::read_to_string(&path).expect("text");
            let lines = text
                .lines()
                .map(|line| match line.split_once("TODO(author): ") {
                    Some((before, wish)) if wish.ends_with('"') => {
                        format!("{before}It is wrong.\"\n")
                    }
                    Some((before, _)) => format!("{before}This says it.\n"),
                    None => format!("{line}\n"),
                });
            fs::write(&path, lines.collect::<String>()).expect("to write");
        }
    }
}

#[test]
fn a_scaffold_is_unfinished_and_then_accepted() {
    let workspace = Workspace::empty();
    let ran = workspace
        .run(&[
            "new",
            "04-memory/bytes",
            "--title",
            "A \"byte\" [or less]",
            "--tier",
            "challenge",
        ])
        .exits(0);
    assert_snapshot!("what_it_says", ran.stdout);
    assert_snapshot!("the_summary", workspace.read("book/src/SUMMARY.md"));
    let manifest = workspace.read("exercises/04-memory/01-bytes/Cargo.toml");
    workspace.write(
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"memory-bytes\"\nversion = \"0.1.0\"\n",
    );
    // The fixture's packages have fewer fields in common than the workbook's.
    let own = |line: &&str| {
        !["rust-version", "license", "publish"]
            .iter()
            .any(|field| line.starts_with(field))
    };
    workspace.write(
        "exercises/04-memory/01-bytes/Cargo.toml",
        manifest
            .lines()
            .filter(own)
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    );
    let ran = workspace.run(&["audit"]).exits(1);
    assert_snapshot!("what_audit_says_of_it", ran.stdout);

    for dir in [
        "exercises/04-memory",
        "solutions/04-memory",
        "book/src/04-memory",
    ] {
        fill_in(&workspace.path(dir));
    }
    // Another answer than the template's.
    workspace.edit(
        "solutions/04-memory/01-bytes/src/lib.rs",
        "u8::try_from(number).unwrap_or(u8::MAX)",
        "number.min(255) as u8",
    );
    let ran = workspace.run(&["audit", "--bless"]).exits(0);
    assert!(
        ran.stdout
            .contains("✓ memory/bytes  2 tests, 3 traps killed"),
        "{}",
        ran.stdout
    );
    workspace.run(&["audit"]).exits(0).says("all in order");
    workspace.run(&["verify"]).exits(0).says("pending");
}

#[test]
fn numbers_are_the_next_free_ones() {
    let workspace = Workspace::good();
    workspace
        .run(&["new", "start/triple"])
        .exits(0)
        .says("Scaffolded start/triple");
    let summary = workspace.read("book/src/SUMMARY.md");
    assert!(
        summary.contains("02-double.md)\n  - [Triple](00-start/03-triple.md)\n"),
        "{summary}"
    );
    workspace
        .run(&["new", "start/triple"])
        .exits(2)
        .warns("there is a start/triple already: 00-start/03-triple");
    workspace
        .run(&["new", "memory/cache"])
        .exits(2)
        .warns("cargo xtask new 01-memory/cache");
    workspace
        .run(&["new", "start"])
        .exits(2)
        .warns("expected CHAPTER/NAME");
    workspace
        .run(&["new", "start/x", "--tier", "easy"])
        .exits(2)
        .warns("warm-up");
}

#[test]
fn nothing_is_overwritten() {
    let workspace = Workspace::good();
    let before = workspace.read("book/src/SUMMARY.md");
    workspace.run(&["new", "start/add"]).exits(2);
    workspace
        .run(&["new", "start/02-other"])
        .exits(2)
        .warns("the next free number is 03");
    assert_eq!(
        workspace.read("exercises/00-start/01-add/src/lib.rs"),
        ADD.stub
    );
    assert_eq!(workspace.read("book/src/SUMMARY.md"), before);
    assert!(!workspace.path("exercises/00-start/02-other").exists());
}

#[test]
fn every_backend_has_a_template() {
    let workspace = Workspace::good();
    for (name, backend, holds) in [
        ("a", "qemu", "qemu_test::tests!"),
        ("b", "wasm-node", "#[wasm_bindgen_test]"),
        ("c", "wasm-browser", "run_in_browser"),
    ] {
        workspace
            .run(&["new", &format!("start/{name}"), "--backend", backend])
            .exits(0);
        let number = name.as_bytes()[0] - b'a' + 3;
        let dir = format!("exercises/00-start/{number:02}-{name}");
        assert!(
            workspace
                .read(format!("{dir}/tests/behaviour.rs"))
                .contains(holds)
        );
        assert!(
            workspace
                .read(format!("{dir}/Cargo.toml"))
                .contains(&format!("backends = [\"{backend}\"]"))
        );
        for file in ["src/lib.rs", "tests/behaviour.rs", "Cargo.toml"] {
            let text = workspace.read(format!("{dir}/{file}"));
            assert!(!text.contains("{{"), "a field is left over: {text}");
        }
    }
    workspace.run(&["list"]).exits(0).says("start/c");
}
