//! Traps and variants kept as patches, by the real binary: recorded, edited, carried along with the reference.

#[path = "fixtures/workspace.rs"]
mod workspace;

#[expect(
    clippy::disallowed_methods,
    reason = "a test: cargo ends by itself, and nextest limits the whole"
)]
fn cargo(dir: &std::path::Path, args: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO"))
        .args(args)
        .current_dir(dir)
        .output()
        .expect("cargo starts")
}

use insta::assert_snapshot;
use workspace::{
    Workspace,
    code::{ADD, body},
};

const SOLUTION: &str = "solutions/00-start/01-add";
const REFERENCE: &str = "solutions/00-start/01-add/src/lib.rs";
const WHOLE: &str = "solutions/00-start/01-add/traps/off-by-one/src/lib.rs";
const PATCH: &str = "solutions/00-start/01-add/traps/off-by-one/src/lib.rs.patch";
const EDITED: &str = ".workbook/edit/start-add.off-by-one/trap-off-by-one/src/lib.rs";

/// The good workbook with its traps recorded.
fn recorded() -> Workspace {
    let workspace = Workspace::good();
    workspace.run(&["trap", "record"]).exits(0);
    workspace
}

fn is_there(workspace: &Workspace, path: &str) -> bool {
    workspace.path(path).exists()
}

/// The off-by-one version's body, in some other shape.
fn other(limit: &str) -> String {
    body(&format!("a.saturating_add(b).min({limit})"))
}

#[test]
fn each_file_is_kept_in_its_form() {
    let workspace = Workspace::good();
    let ran = workspace.run(&["trap", "record", "start/add"]).exits(0);
    assert_snapshot!(ran.stdout);
    assert_snapshot!(workspace.read(PATCH));
    assert!(!is_there(&workspace, WHOLE));
    assert!(
        is_there(
            &workspace,
            "solutions/00-start/01-add/traps/naive/src/lib.rs"
        ),
        "the page shows it"
    );
    workspace
        .run(&["trap", "record", "start/add"])
        .exits(0)
        .says("Nothing to rewrite.");
    // What has little in common with the reference is kept whole, whatever it was before.
    let foreign =
        "use std::ops;\n\npub fn add(x: u32, y: u32) -> u32 {\n    ops::Add::add(x, y)\n}\n";
    workspace.remove(PATCH);
    workspace.write(WHOLE, foreign);
    workspace.run(&["trap", "record"]).exits(0);
    assert_eq!(workspace.read(WHOLE), foreign);
    workspace.run(&["audit"]).exits(0).says("2 traps killed");
}

#[test]
fn a_patch_goes_along_with_the_reference() {
    let workspace = recorded();
    workspace.edit(REFERENCE, "//! Sums.\n", "//! Sums, and nothing else.\n");
    let ran = workspace.run(&["audit"]).exits(1);
    assert_snapshot!(ran.stdout);
    workspace.run(&["audit", "--bless"]).exits(0).says(PATCH);
    workspace.run(&["audit"]).exits(0);
    let patch = workspace.read(PATCH);
    assert!(patch.contains(" //! Sums, and nothing else.\n"), "{patch}");
    assert!(
        patch.contains("+    a.saturating_add(b).saturating_add(1)"),
        "{patch}"
    );
}

#[test]
fn a_patch_that_collides_is_asked_about() {
    let workspace = recorded();
    workspace.edit(REFERENCE, "a.saturating_add(b)", "b.saturating_add(a)");
    let before = workspace.read(PATCH);
    let ran = workspace.run(&["trap", "record"]).exits(1);
    assert_snapshot!(ran.stdout);
    assert_eq!(workspace.read(PATCH), before);
    workspace
        .run(&["trap", "edit", "start/add", "off-by-one"])
        .exits(0);
    assert_snapshot!(workspace.read(EDITED));
    // Unsolved, it is kept as it is.
    workspace.write(EDITED, workspace.read(EDITED) + "\n");
    workspace
        .run(&["trap", "record"])
        .exits(1)
        .says("still has conflict markers");
    workspace.write(EDITED, other("9"));
    workspace.run(&["trap", "record"]).exits(0).says(PATCH);
    assert!(workspace.read(PATCH).contains("-    b.saturating_add(a)\n"));
    workspace.run(&["audit"]).exits(0);
}

#[test]
fn a_trap_is_edited_as_a_package_and_recorded_again() {
    let workspace = recorded();
    let edit = ["trap", "edit", "start/add", "off-by-one"];
    let ran = workspace.run(&edit).exits(0);
    assert_snapshot!(ran.stdout);
    assert_eq!(workspace.read(EDITED), ADD.off_by_one);
    let package = workspace
        .path(EDITED)
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned();
    let metadata = cargo(&package, &["metadata", "--offline", "--format-version=1"]);
    let said = String::from_utf8_lossy(&metadata.stderr);
    assert!(metadata.status.success(), "{said}");
    // Nothing was edited: nothing changes.
    workspace
        .run(&["trap", "record"])
        .exits(0)
        .says("Nothing to rewrite.");
    assert!(!package.exists());
    workspace.run(&edit).exits(0);
    workspace.write(EDITED, other("7"));
    workspace
        .run(&edit)
        .exits(0)
        .says("is being edited already");
    assert_eq!(workspace.read(EDITED), other("7"), "the edit is not lost");
    workspace
        .run(&["audit"])
        .exits(1)
        .says("the trap `off-by-one` is being edited here");
    // The reference's changes of the meantime are carried into the edit.
    workspace.edit(REFERENCE, "//! Sums.\n", "//! Sums, and nothing else.\n");
    workspace.run(&["audit", "--bless"]).exits(0).says(PATCH);
    assert!(!package.exists());
    let patch = workspace.read(PATCH);
    assert!(
        patch.contains("+    a.saturating_add(b).min(7)\n"),
        "{patch}"
    );
    assert!(!patch.contains("-//! Sums"), "{patch}");
}

#[test]
fn an_edit_is_never_lost() {
    let workspace = recorded();
    let edit = ["trap", "edit", "start/add", "off-by-one"];
    workspace.run(&edit).exits(0);
    workspace.write(EDITED, other("7"));
    workspace.edit(PATCH, "saturating_add(1) - 1", "saturating_add(2) - 2");
    let kept = workspace.read(PATCH);
    workspace
        .run(&["trap", "record"])
        .exits(1)
        .says("was edited here and in solutions/00-start/01-add/traps/off-by-one as well");
    assert_eq!(workspace.read(PATCH), kept);
    assert_eq!(workspace.read(EDITED), other("7"));
    // The same for what is no part of a trap.
    workspace.edit(PATCH, "saturating_add(2) - 2", "saturating_add(1) - 1");
    let tests = EDITED.replace("src/lib.rs", "tests/behaviour.rs");
    workspace.edit(&tests, "1 + 2 is 3", "three");
    workspace
        .run(&["trap", "record"])
        .exits(1)
        .says("`tests/behaviour.rs` was changed or removed here, and only `src/lib.rs` can be");
    assert_eq!(workspace.read(EDITED), other("7"));
    workspace.edit(&tests, "three", "1 + 2 is 3");
    // And where the reference changed in the same line.
    workspace.edit(REFERENCE, "a.saturating_add(b)", "b.saturating_add(a)");
    workspace
        .run(&["trap", "record"])
        .exits(1)
        .says("the reference has changed in the same lines meanwhile");
    assert_eq!(workspace.read(EDITED), other("7"));
}

#[test]
fn a_new_trap_begins_as_the_reference() {
    let workspace = recorded();
    workspace
        .run(&["trap", "edit", "start/add", "small"])
        .exits(2)
        .warns("start/add has no trap or variant `small`; it has naive, off-by-one.");
    let table =
        "\n[small]\nwhy = \"stops at seven\"\nkilled-by = [\"stops_at_the_largest_number\"]\n";
    let list = format!("{SOLUTION}/traps.toml");
    workspace.write(&list, workspace.read(&list) + table);
    workspace
        .run(&["trap", "edit", "start/add", "small"])
        .exits(0);
    let edited = EDITED.replace("off-by-one", "small");
    assert_eq!(workspace.read(&edited), ADD.reference);
    workspace.edit(&edited, "(b)", "(b).min(7)");
    workspace.run(&["trap", "record"]).exits(0);
    workspace.run(&["audit"]).exits(0).says("3 traps killed");
}

#[test]
fn a_broken_patch_is_told_and_the_others_are_run() {
    let workspace = recorded();
    for (from, to, what) in [
        (
            "index ",
            "Index ",
            "does not begin with a line `index BLOB-ID`",
        ),
        ("@@\n", "@@\n+more\n", "hunk header does not match hunk"),
        (
            " //! Sums.",
            " //! Sum.",
            "it expects line 1 to be `//! Sum.`",
        ),
        (
            "index ",
            "index 0000000000000000000000000000000000000000\n#",
            "is no unified diff",
        ),
    ] {
        let good = workspace.read(PATCH);
        workspace.edit(PATCH, from, to);
        let ran = workspace.run(&["audit", "start/add"]).exits(1).says(what);
        assert!(
            ran.stdout.contains("2 tests, 1 trap killed, 1 problem"),
            "{}",
            ran.stdout
        );
        workspace.write(PATCH, good);
    }
    // Made against a version that nobody has, it is taken where it fits all the same, and told where it doesn't.
    let id = "index 0000000000000000000000000000000000000000";
    let own = workspace.read(PATCH).lines().next().unwrap().to_owned();
    workspace.edit(PATCH, &own, id);
    workspace
        .run(&["audit"])
        .exits(1)
        .says("was made against another version of the reference, and goes with this one too");
    workspace.edit(REFERENCE, "a.saturating_add(b)", "b.saturating_add(a)");
    workspace
        .run(&["audit"])
        .exits(1)
        .says("made against a version of the reference that git does not have here");
}

#[test]
fn a_trap_is_not_the_reference() {
    let workspace = Workspace::good();
    workspace.write(WHOLE, ADD.reference);
    let ran = workspace.run(&["audit"]).exits(1);
    assert!(
        ran.stdout
            .contains("the trap `off-by-one` is the reference; make it wrong, or drop it."),
        "{}",
        ran.stdout
    );
}

#[test]
fn variants_are_run_and_none_is_refused() {
    let workspace = Workspace::good();
    let variant = |name: &str, code: &str| {
        workspace.write(format!("{SOLUTION}/variants/{name}/src/lib.rs"), code);
    };
    let list = |names: &[&str]| {
        let table = |name: &&str| format!("[{name}]\nwhy = \"another shape\"\n\n");
        let text: String = names.iter().map(table).collect();
        workspace.write(format!("{SOLUTION}/variants.toml"), text);
    };
    list(&["checked"]);
    variant("checked", &body("a.checked_add(b).unwrap_or(u32::MAX)"));
    workspace
        .run(&["audit", "start/add"])
        .exits(1)
        .says("it lists 1 variant, and should list at least 2");
    list(&["checked", "wide"]);
    variant(
        "wide",
        &body("u32::try_from(u64::from(a) + u64::from(b)).unwrap_or(u32::MAX)"),
    );
    workspace.run(&["trap", "record"]).exits(0);
    assert!(is_there(
        &workspace,
        &format!("{SOLUTION}/variants/wide/src/lib.rs.patch")
    ));
    workspace
        .run(&["audit"])
        .exits(0)
        .says("✓ start/add     2 tests, 2 traps killed, 2 variants accepted");
    // One that fails a test, one that misses a gate, one that doesn't compile, one that isn't listed.
    list(&["checked", "wide", "wrong", "broken"]);
    variant(
        "checked",
        &body("a.checked_add(b).unwrap_or(u32::MAX)").replace("/// The sum.\n", ""),
    );
    workspace.remove(format!("{SOLUTION}/variants/checked/src/lib.rs.patch"));
    variant("wrong", &body("a.wrapping_add(b)"));
    variant("broken", &body("a.saturating_add(c)"));
    variant("forgotten", ADD.naive);
    let ran = workspace.run(&["audit"]).exits(1);
    assert_snapshot!(ran.stdout);
}
