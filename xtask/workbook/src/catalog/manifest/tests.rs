use std::fmt::Write;

use proptest::prelude::*;

use super::*;

const PLACE: &str = "04-memory/01-shared-cache";

const GOOD: &str = r#"[package]
name = "memory-shared-cache"
version.workspace = true

[package.metadata.exercise]
title = "A cache that threads can share"
points = 10
tier = "core"
backends = ["host", "wasm-node"]
edit = ["src/lib.rs"]
needs = []
artifacts = [{ name = "the-guest", target = "wasm32-unknown-unknown" }]
stub = "test:shares_across_threads"
gates = ["no-unsafe", "no-panic", "docs"]
covers = ["S4", "review:thread-safety"]
timeout_seconds = 20
profile = "release"
items = ["safety", "speed"]

[lints]
workspace = true
"#;

fn read(text: &str) -> Result<Exercise, ManifestError> {
    let file = Path::new("exercises").join(PLACE).join("Cargo.toml");
    parse(text, &file, PLACE)
}

#[test]
fn a_good_manifest_is_read_in_full() {
    insta::assert_debug_snapshot!(read(GOOD).unwrap());
}

#[test]
fn what_may_be_left_out_has_a_default() {
    let optional = [
        "items",
        "needs",
        "artifacts",
        "gates",
        "covers",
        "timeout_seconds",
        "profile",
    ];
    let lines = GOOD
        .lines()
        .filter(|line| !optional.iter().any(|field| line.starts_with(field)));
    let exercise = read(&lines.collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(exercise.timeout, Duration::from_secs(10));
    assert_eq!(exercise.profile, Profile::Dev);
    assert!(
        exercise.needs.is_empty()
            && exercise.artifacts.is_empty()
            && exercise.gates.is_empty()
            && exercise.covers.is_empty()
    );
}

#[test]
fn where_tests_are_written_the_code_is_given() {
    let text = GOOD
        .replace("profile = \"release\"", "kind = \"mutants\"")
        .replace(", \"wasm-node\"", "")
        .replace("gates = [\"no-unsafe\", \"no-panic\", \"docs\"]\n", "");
    let error = read(&text).unwrap_err();
    assert_eq!(error.field, "edit", "{error}");
    let exercise = read(&text.replace("src/lib.rs", "tests/laws.rs")).unwrap();
    assert_eq!(exercise.kind, Kind::Mutants);
    let gated = text.replace("src/lib.rs", "tests/laws.rs");
    let gated = gated.replace("needs = []", "needs = []\ngates = [\"docs\"]");
    assert_eq!(read(&gated).unwrap_err().field, "gates");
}

/// A line of the good manifest, and what stands there instead.
const BROKEN: &[(&str, &str)] = &[
    ("title = \"A cache that threads can share\"\n", ""),
    ("title = \"A cache that threads can share\"", "title = \"\""),
    ("title = \"A cache that threads can share\"", "title = 7"),
    ("points = 10\n", ""),
    ("points = 10", "points = 0"),
    ("points = 10", "points = -1"),
    ("points = 10", "points = \"ten\""),
    ("tier = \"core\"", "tier = \"hard\""),
    (
        "backends = [\"host\", \"wasm-node\"]",
        "backends = [\"host\", \"gpu\"]",
    ),
    ("backends = [\"host\", \"wasm-node\"]", "backends = []"),
    (
        "backends = [\"host\", \"wasm-node\"]",
        "backends = [\"host\", \"host\"]",
    ),
    (
        "backends = [\"host\", \"wasm-node\"]",
        "backends = \"host\"",
    ),
    ("edit = [\"src/lib.rs\"]", "edit = []"),
    (
        "edit = [\"src/lib.rs\"]",
        "edit = [\"../other/src/lib.rs\"]",
    ),
    ("edit = [\"src/lib.rs\"]", "edit = [\"/etc/passwd\"]"),
    ("edit = [\"src/lib.rs\"]", "edit = [\"src/../../x.rs\"]"),
    ("edit = [\"src/lib.rs\"]", "edit = [\"\"]"),
    ("target = \"wasm32-unknown-unknown\"", "target = \"wasm64\""),
    ("name = \"the-guest\"", "name = \"The guest\""),
    (
        "backends = [\"host\", \"wasm-node\"]",
        "backends = [\"wasm-node\"]",
    ),
    (
        "artifacts = [",
        "artifacts = [{ name = \"the-guest\", target = \"wasm32-unknown-unknown\" }, ",
    ),
    ("stub = \"test:shares_across_threads\"\n", ""),
    (
        "stub = \"test:shares_across_threads\"",
        "stub = \"it fails\"",
    ),
    ("stub = \"test:shares_across_threads\"", "stub = \"test:\""),
    (
        "stub = \"test:shares_across_threads\"",
        "stub = \"error:382\"",
    ),
    (
        "gates = [\"no-unsafe\", \"no-panic\", \"docs\"]",
        "gates = [\"no-unsafe\", \"no-clone\"]",
    ),
    (
        "covers = [\"S4\", \"review:thread-safety\"]",
        "covers = [\"review:speed\"]",
    ),
    ("timeout_seconds = 20", "timeout_seconds = 0"),
    ("profile = \"release\"", "profile = \"bench\""),
    ("profile = \"release\"", "profil = \"release\""),
    ("profile = \"release\"", "kind = \"laws\""),
    ("profile = \"release\"", "kind = \"mutants\""),
    ("name = \"memory-shared-cache\"", "name = \"shared-cache\""),
    ("name = \"memory-shared-cache\"\n", ""),
    ("[package.metadata.exercise]", "[package.metadata.docs.rs]"),
    ("[package]\nname", "name"),
    (
        "covers = [\"S4\", \"review:thread-safety\"]",
        "covers = [\n    \"S4\",\n    4,\n]",
    ),
    ("tier = \"core\"", "tier = core"),
    ("tier = \"core\"", "tier = \"core\"\ntier = \"core\""),
    ("items = [\"safety\", \"speed\"]", "items = [\"\"]"),
    (
        "items = [\"safety\", \"speed\"]",
        "items = [\"s\", \"speed\"]",
    ),
    ("items = [\"safety\", \"speed\"]", "items = [\"s\", \"s\"]"),
];

#[test]
fn each_broken_manifest_names_file_line_and_field() {
    let mut table = String::new();
    for (old, new) in BROKEN {
        assert!(
            GOOD.contains(old),
            "{old:?} is no part of the good manifest"
        );
        let what = if new.is_empty() {
            format!("without {}", old.trim_end())
        } else {
            (*new).to_owned()
        };
        let error = read(&GOOD.replacen(old, new, 1)).expect_err(&what);
        writeln!(table, "{}\n    {error}", what.replace('\n', " ⏎ ")).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_folder_that_is_no_place_is_told() {
    for place in [
        "memory/01-shared-cache",
        "04-memory/shared-cache",
        "04-memory",
        "04-Memory/01-x",
        "04-memory/01-x--y",
    ] {
        let error = parse(GOOD, Path::new("Cargo.toml"), place).unwrap_err();
        assert!(
            error.message.contains(place) || error.message.contains("no exercise id"),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*|([a-z]{1,8} ?= ?[\"\\[a-z0-9]{0,8}\n){0,9}") {
        if let Err(error) = read(&text) {
            prop_assert!(error.line.is_none_or(|line| line >= 1 && line <= text.lines().count().max(1)), "{}", error);
        }
    }

    /// A good manifest with some stretch of it lost or replaced.
    #[test]
    fn damaged_manifests_are_refused_within_the_file(from in 0..GOOD.len(), length in 0..40usize, instead in "\\PC{0,10}|\n{0,3}") {
        let mut text = GOOD.to_owned();
        text.replace_range(from..(from + length).min(GOOD.len()), &instead);
        if let Err(error) = read(&text) {
            prop_assert!(error.line.is_none_or(|line| line >= 1 && line <= text.lines().count().max(1)), "{}", error);
        }
    }
}
