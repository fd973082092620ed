//! Examples in doc comments: `cargo test --doc`, where a package has any.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;
use workbook::{
    catalog::{Exercise, Profile},
    outcome::{BackendKind, TestId, TestKind, TestResult, Verdict},
};

use super::{Run, overall_limit};
use crate::exec::{Cmd, Exit};

/// Whether any doc comment of the package opens a block of code.
pub fn has_any(package: &Path) -> bool {
    let opens = |line: &str| {
        let line = line.trim_start();
        (line.starts_with("///") || line.starts_with("//!")) && line[3..].trim_start() == "```"
    };
    let files = WalkDir::new(package.join("src")).into_iter().flatten();
    files
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .any(|text| text.lines().any(opens))
}

/// Runs them; each is a test of its own.
pub fn run(run: &Run<'_>, exercise: &Exercise) -> Result<Vec<TestResult>> {
    let mut cmd = Cmd::new("cargo")
        .args(["test", "--doc", "--offline"])
        .args(run.stage.select([exercise]))
        .envs(run.tools.env(BackendKind::Host))
        .env("CARGO_TARGET_DIR", &run.stage.target_dir)
        .cwd(&run.stage.dir)
        .timeout(overall_limit(exercise, 1));
    if exercise.profile == Profile::Release {
        cmd = cmd.arg("--release");
    }
    let output = run.exec().run(&cmd).context("failed to start cargo")?;
    let mut results = parse(&exercise.package, &output.stdout());
    let failed = |result: &TestResult| result.verdict != Verdict::Passed;
    if output.exit != Exit::Code(0) && !results.iter().any(failed) {
        let (verdict, why) = match output.exit {
            Exit::TimedOut => (Verdict::TimedOut, "stopped at its time limit".to_owned()),
            _ => (Verdict::Failed, output.stderr()),
        };
        let name = "the examples in doc comments";
        results.push(result(&exercise.package, name, verdict, why));
    }
    Ok(results)
}

fn result(package: &str, name: &str, verdict: Verdict, message: String) -> TestResult {
    // rustdoc names the file from the workspace on, and says what it did beyond compiling.
    let file = name.rfind("/src/").map_or(0, |at| at + 1);
    let name = name[file..].trim_end_matches(" - compile");
    let id = TestId::new(package, name);
    TestResult {
        kind: TestKind::Doc,
        ..TestResult::new(id, BackendKind::Host, verdict, message)
    }
}

/// Reads rustdoc's output: a line a test, then a block for each that failed.
fn parse(package: &str, stdout: &str) -> Vec<TestResult> {
    let mut results = Vec::new();
    for line in stdout.lines() {
        let Some((name, word)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        else {
            continue;
        };
        match word {
            "ok" => results.push(result(package, name, Verdict::Passed, String::new())),
            "FAILED" => {
                let why = block(stdout, name);
                results.push(result(package, name, Verdict::Failed, why));
            }
            _ => {}
        }
    }
    results
}

/// What was printed under `---- NAME stdout ----`.
fn block(stdout: &str, name: &str) -> String {
    let start = format!("---- {name} stdout ----");
    let lines = stdout.lines().skip_while(|line| *line != start).skip(1);
    let own = lines.take_while(|line| !line.starts_with("---- ") && *line != "failures:");
    own.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_a_test() {
        let stdout = "\nrunning 2 tests\ntest solutions/exercises/src/lib.rs - one (line 3) - compile ... ok\ntest src/lib.rs - two (line 9) ... FAILED\n\nfailures:\n\n---- src/lib.rs - two (line 9) stdout ----\nthread 'main' panicked at src/lib.rs:2:1:\nno\n\n\nfailures:\n    src/lib.rs - two (line 9)\n";
        let results = parse("start-one", stdout);
        let told: Vec<_> = results
            .iter()
            .map(|result| (result.label(), result.verdict, result.message.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "doc: src/lib.rs - one (line 3)".to_owned(),
                    Verdict::Passed,
                    ""
                ),
                (
                    "doc: src/lib.rs - two (line 9)".to_owned(),
                    Verdict::Failed,
                    "thread 'main' panicked at src/lib.rs:2:1:\nno"
                ),
            ]
        );
    }

    #[test]
    fn only_an_opened_block_of_rust_counts() {
        let package = tempfile::tempdir().unwrap();
        let file = package.path().join("src/lib.rs");
        fs::create_dir(package.path().join("src")).unwrap();
        fs::write(&file, "/// Words, and `code`.\npub fn f() {}\n").unwrap();
        assert!(!has_any(package.path()));
        fs::write(&file, "/// ```\n/// f();\n/// ```\npub fn f() {}\n").unwrap();
        assert!(has_any(package.path()));
    }
}
