use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// Real output of cargo 1.95: `cargo build --tests --keep-going --workspace` with a package that
/// does not compile, one that depends on it, and a good one with a warning and a build script.
const KEEP_GOING: &str = include_str!("samples/keep-going.json");

#[test]
fn a_real_build_is_read_in_full() {
    let built = parse(KEEP_GOING.as_bytes());
    let mut table = String::new();
    for artifact in &built.artifacts {
        let Artifact {
            package,
            target,
            kind,
            test,
            executable,
            ..
        } = artifact;
        let executable = executable.is_some();
        writeln!(
            table,
            "artifact of {package}: {target} {kind:?}, test {test}, executable {executable}"
        )
        .unwrap();
    }
    for Diagnostic {
        package,
        level,
        code,
        message,
        ..
    } in &built.diagnostics
    {
        writeln!(table, "{package}: {level} {code:?}: {message}").unwrap();
    }
    writeln!(table, "success: {:?}", built.success).unwrap();
    insta::assert_snapshot!(table);
}

#[test]
fn a_packages_errors_are_shown_once_each_as_rustc_shows_them() {
    let built = parse(KEEP_GOING.as_bytes());
    let error = built.compile_error("broken").unwrap();
    assert_eq!(error.codes, ["E0308", "E0382"]);
    assert!(error.rendered.contains('\u{1b}'));
    insta::assert_snapshot!(crate::text::plain(&error.rendered));
}

#[test]
fn what_broke_is_found_where_a_dependant_says_nothing() {
    let built = parse(KEEP_GOING.as_bytes());
    assert_eq!(built.success, Some(false));
    assert_eq!(built.compile_error("user"), None);
    assert_eq!(
        built.compile_error("good-name"),
        None,
        "a warning is no error"
    );
}

#[test]
fn package_names_come_from_old_and_new_ids() {
    let table = [
        ("path+file:///x/y#name@0.1.0", "name"),
        ("path+file:///x/some-name#0.1.0", "some-name"),
        ("path+file:///x/y@2/some-name/#0.1.0", "some-name"),
        (
            "registry+https://github.com/rust-lang/crates.io-index#serde@1.0.0",
            "serde",
        ),
        ("git+https://host/repo?branch=x#1.0.0", "repo"),
        ("git+https://host/repo#name", "name"),
        ("name 0.1.0 (path+file:///x/y)", "name"),
        ("", ""),
        ("#", ""),
    ];
    for (id, name) in table {
        assert_eq!(package_name(id), name, "{id}");
    }
}

#[test]
fn a_build_that_never_said_its_end_has_no_success() {
    let cut: Vec<&str> = KEEP_GOING
        .lines()
        .filter(|line| !line.contains("build-finished"))
        .collect();
    assert_eq!(parse(cut.join("\n").as_bytes()).success, None);
    assert_eq!(parse(b""), BuildOutput::default());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(parse(&bytes), BuildOutput::default());
    }

    #[test]
    fn arbitrary_ids_have_a_name(id in "\\PC*") {
        package_name(&id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What build scripts and macros print between cargo's lines changes nothing.
    #[test]
    fn garbage_between_the_lines_is_passed_over(garbage in prop::collection::vec("[^\n]{0,40}|\\{\"reason\":\"[a-z-]{0,20}\"\\}|\\{", 1..20)) {
        let mut lines = KEEP_GOING.lines();
        let mut text = String::new();
        for garbage in garbage {
            text.push_str(&garbage);
            text.push('\n');
            text.extend(lines.next().map(|line| format!("{line}\n")));
        }
        text.extend(lines.map(|line| format!("{line}\n")));
        prop_assert_eq!(parse(text.as_bytes()), parse(KEEP_GOING.as_bytes()));
    }
}
