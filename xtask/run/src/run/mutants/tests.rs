use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::{
    exec::mock::{Mock, output},
    run::tests::{Machine, asked, cargo_says, exercise, nextest_leaves, workspace},
};

const MANIFEST: &str = "[package]\nname = \"testing-laws\"\nversion.workspace = true\n\n[package.metadata.exercise]\ntitle = \"Laws\"\n";

#[test]
fn a_candidate_keeps_the_librarys_name_and_nothing_else() {
    let text = renamed(MANIFEST, "candidate-0a").unwrap();
    assert_eq!(
        text,
        "[package]\nname = \"candidate-0a\"\nversion.workspace = true\n\n[lib]\nname = \"testing_laws\"\n"
    );
    let text = renamed(&format!("{MANIFEST}\n[lib]\ndoctest = false\n"), "c").unwrap();
    assert!(
        text.ends_with("[lib]\ndoctest = false\nname = \"testing_laws\"\n"),
        "{text}"
    );
    let named = format!("{MANIFEST}\n[lib]\nname = \"laws\"\n");
    assert!(renamed(&named, "c").unwrap().contains("name = \"laws\""));
}

#[test]
fn names_differ_and_tell_nothing() {
    let name = |salt: &[u8], slug| opaque(salt, "testing-laws", slug);
    assert_eq!(name(b"1", "zero"), name(b"1", "zero"));
    let all = [
        name(b"1", ""),
        name(b"1", "zero"),
        name(b"1", "one"),
        name(b"2", "zero"),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(!all[..at].contains(one), "{all:?}");
        assert!(!one.contains("zero") && !one.contains("laws"), "{one}");
    }
}

#[test]
fn one_cargo_start_builds_every_candidate_and_each_runs_alone() {
    let laws = Exercise {
        kind: Kind::Mutants,
        edit: vec!["tests/laws.rs".into()],
        ..exercise("laws")
    };
    let root = workspace(&["laws"]);
    let dir = root.path().join(&laws.dir);
    let write = |path: &str, text: &str| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[package]\nname = \"start-laws\"\n");
    write("tests/laws.rs", "#[test]\nfn adds() {}\n");
    write("mutants.toml", "[a]\nwhy = \"x\"\n[b]\nwhy = \"y\"\n");
    write("mutants/a/src/lib.rs", "// a");
    write("mutants/b/src/lib.rs", "// b");
    let root_dir = root.path().to_owned();
    let stage_dir = root_dir.join("target/workbook/stage/candidates");
    let builds = AtomicUsize::new(0);
    let mock = Mock::new(move |cmd| match cmd.line() {
        line if line.starts_with("cargo build") => {
            let packages: Vec<&str> = line.split("-p ").skip(1).collect();
            let packages: Vec<(&str, bool)> = packages
                .iter()
                .map(|rest| (rest.split(' ').next().unwrap(), true))
                .collect();
            assert!(
                builds.fetch_add(1, Ordering::SeqCst) < 2,
                "a third build: {line}"
            );
            Ok(output(0, &cargo_says(&packages), ""))
        }
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        // The second mutant alone is rejected, told by its file.
        line if line.starts_with("cargo-nextest") => {
            let name = line.split("run/learner/").nth(1).unwrap();
            let name = name.split("-host").next().unwrap();
            let file = stage_dir.join(format!("candidates/exercises/candidates/{name}/src/lib.rs"));
            let is_b = fs::read_to_string(file).is_ok_and(|text| text == "// b");
            nextest_leaves(cmd, is_b)
        }
        line => panic!("unexpected: {line}"),
    });
    let ctx = Context::for_tests(&root_dir, mock);
    let stage = Stage::learner(&ctx);
    let run = Run {
        ctx: &ctx,
        tools: &Machine {
            missing: Vec::new(),
        },
        stage: &stage,
        on_event: &|_| {},
    };
    let outcome = run.check(asked(&[&laws])).unwrap().remove(0);
    assert_eq!(outcome.verdict(), Verdict::Failed);
    let results: Vec<_> = outcome
        .tests()
        .iter()
        .map(|test| {
            let killers = test.killed_by.iter().map(ToString::to_string);
            let killers: Vec<String> = killers.collect();
            format!("{}, {}, {}", test.label(), test.message, killers.join(","))
        })
        .collect();
    let expected = [
        "adds, , ",
        "mutant:a, survived: x, ",
        "mutant:b, , adds",
        "gate: black-box, , ",
    ];
    assert_eq!(results, expected);
}
