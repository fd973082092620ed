//! Hands a program to the compiler by way of trybuild, and says what the compiler says.

use std::{
    env, fs,
    fs::File,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process,
};

use trybuild::TestCases;

/// Requires that `tests/compile_pass/NAME.rs` compiles. It is checked and not run.
#[track_caller]
pub(super) fn accepted(name: &str) {
    let path = format!("tests/compile_pass/{name}.rs");
    let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    if let Some(messages) = record(&path, &source) {
        panic!("{path} should compile, but is refused:\n\n{messages}");
    }
}

/// What the compiler says about a program that it refuses; nothing about one that compiles.
#[track_caller]
fn record(path: &str, source: &str) -> Option<String> {
    // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
    unsafe { env::set_var("TRYBUILD", "overwrite") };
    let folder = Temporary::new();
    // Trybuild tries one program at a time, and asks twice a second whether it may go on. Waiting here is quicker.
    let lock = File::create(folder.0.with_file_name("compiles.lock")).expect("a lock file");
    lock.lock().expect("the lock of the tests that compile");

    let copy = folder.0.join("case.rs");
    fs::write(&copy, source).expect("a copy of the program");
    let outcome = quietly(|| TestCases::new().compile_fail(&copy));
    let recorded = fs::read_to_string(copy.with_extension("stderr")).ok();
    match outcome {
        // The first is what trybuild says of a program that compiles.
        Err(said) if said != "1 of 1 tests failed" => {
            panic!("trybuild could not try {path}: {said}")
        }
        _ => recorded.map(|text| text.replace(&*copy.to_string_lossy(), path)),
    }
}

/// Runs what reports by panicking, and returns the message instead of printing it.
fn quietly(run: impl FnOnce()) -> Result<(), String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    outcome.map_err(|payload| match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload
            .downcast_ref::<&str>()
            .map_or_else(String::new, ToString::to_string),
    })
}

/// A folder that goes away with the value.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compiles-{}", process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left there does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
