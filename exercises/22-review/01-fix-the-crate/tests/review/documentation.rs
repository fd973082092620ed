//! Whether the documentation is there, and whether it is true.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const NAME: &str = "review_fix_the_crate";

/// Compiles the library once more, as `library` in a folder of this test's own, and returns what the compiler complains of.
fn compile(test: &str, options: &[&str]) -> (PathBuf, Result<(), String>) {
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lib{NAME}-{test}.rlib"));
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args(["src/lib.rs", "--edition=2024", "--crate-type=rlib"])
        .args(["--crate-name", NAME, "--color=never"])
        .args(options)
        .arg("-o")
        .arg(&library);
    (library, run(rustc).map(drop))
}

/// What a program printed, or what it complained of.
fn run(mut program: Command) -> Result<String, String> {
    let output = program
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the compiler, which has compiled this test");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stdout) + &text(&output.stderr))
    }
}

/// A public item without a sentence makes every reader guess, and each of them guesses differently. The compiler can tell
/// whether there is one; whether it helps, your reviewer must.
#[test]
fn every_public_item_has_a_sentence() {
    // To forbid, unlike to deny, can't be taken back in the source.
    let (_, outcome) = compile("documented", &["--forbid=missing_docs"]);
    if let Err(complaint) = outcome {
        panic!("not all of the crate's public items are documented:\n\n{complaint}");
    }
}

/// Code in a doc comment is a promise that cargo checks, unless somebody has told it to look away. Then it goes out of date
/// like any other comment, and the first thing that a newcomer tries does not compile.
#[test]
fn the_first_example_works() {
    let (library, outcome) = compile("example", &["--cap-lints=allow"]);
    outcome.expect("the library compiles");
    let mut rustdoc = Command::new(env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()));
    rustdoc
        .args(["--test", "src/lib.rs", "--edition=2024", "--color=never"])
        .args(["--crate-name", NAME, "--extern"])
        .arg(format!("{NAME}={}", library.display()));
    let report = run(rustdoc).unwrap_or_else(|complaint| {
        panic!("an example in the documentation fails:\n\n{complaint}")
    });
    let first = report
        .lines()
        .find(|line| line.starts_with("test ") && line.contains("src/lib.rs - (line"))
        .expect("the crate's own page should begin with an example");
    assert!(
        first.ends_with("... ok") && !first.contains("compile"),
        "the example on the crate's own page should be compiled and run; rustdoc says: {first}"
    );
}
