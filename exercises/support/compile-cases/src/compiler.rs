//! How a program gets to the compiler, and what it says gets back.

use std::{
    env,
    fs::{self, File},
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
};

use crate::{Cases, Program, marks::without_marks};

/// Names the program that a test is to run which was started by itself. It does nothing else then.
const TRIED: &str = "COMPILE_CASES_TRIED";

/// Whether this process was started by a test to run one program. Its parent holds the lock, so it must not ask for it.
pub(crate) fn only_runs() -> bool {
    env::var_os(TRIED).is_some()
}

impl Cases {
    /// What the compiler says about a program that it refuses; nothing about one that compiles.
    #[track_caller]
    pub(crate) fn record(self, program: &Program) -> Option<String> {
        // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
        unsafe { env::set_var("TRYBUILD", "overwrite") };
        let (outcome, recorded) = self.one_at_a_time(|| {
            let folder = Temporary::new(self.scratch);
            let copy = folder.0.join("case.rs");
            fs::write(&copy, without_marks(&program.source)).expect("a copy of the program");
            let outcome = quietly(|| (self.refuse)(&copy));
            let recorded = fs::read_to_string(copy.with_extension("stderr")).ok();
            let recorded =
                recorded.map(|text| text.replace(&*copy.to_string_lossy(), &program.path));
            (outcome, recorded)
        });
        match outcome {
            // The first is what trybuild says of a program that compiles.
            Err(said) if said != "1 of 1 tests failed" => {
                panic!("trybuild could not try {}: {said}", program.path)
            }
            _ => recorded,
        }
    }

    /// Compiles and runs a program.
    ///
    /// Trybuild prints what the compiler and the program say, and does not return it. So this starts the running test once more.
    pub(crate) fn try_to_run(self, path: &str) -> Result<(), String> {
        if let Some(tried) = env::var_os(TRIED) {
            if tried == path {
                (self.run)(Path::new(path));
            }
            return Ok(());
        }
        let test = thread::current().name().unwrap_or_default().to_owned();
        let again = env::current_exe().expect("the path of this test");
        let output = self.one_at_a_time(|| {
            Command::new(again)
                // With one thread, the harness would not name it after the test.
                .args(["--exact", &test, "--nocapture", "--test-threads=2"])
                .env(TRIED, path)
                .output()
        });
        let output = output.expect("this test, started once more");
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(failure(
            path,
            &without_escapes(&String::from_utf8_lossy(&said)),
        ))
    }

    /// Trybuild tries one program at a time, and asks twice a second whether it may go on. Waiting here is quicker.
    fn one_at_a_time<R>(self, run: impl FnOnce() -> R) -> R {
        let path = Path::new(self.scratch).join("compile-cases.lock");
        let lock = File::create(path).expect("a lock file");
        lock.lock().expect("the lock of the tests that compile");
        run()
    }
}

/// What went wrong with the program at `path`, from all that the second process said.
fn failure(path: &str, said: &str) -> String {
    let program = said.split_once(path).map_or(said, |(_, said)| said);
    if let Some((_, message)) = program.split_once(" panicked at ") {
        // After the place, and before the advice on backtraces.
        let message: Vec<&str> = message
            .lines()
            .skip(1)
            .take_while(|line| !line.starts_with("note: run with") && !line.starts_with('┈'))
            .collect();
        let message = message.join("\n");
        return format!("{path} compiles, but panics when it is run:\n\n{message}\n");
    }
    let messages: Vec<&str> = program
        .lines()
        .skip_while(|line| !line.starts_with('┈'))
        .skip(1)
        .take_while(|line| !line.starts_with('┈'))
        .collect();
    let messages = messages.join("\n");
    format!("{path} should compile, but is refused:\n\n{messages}\n")
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

/// Text as a terminal shows it, without the colours.
fn without_escapes(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    plain.extend(pieces.filter_map(|piece| Some(piece.split_once('m')?.1)));
    plain
}

/// A folder that goes away with the value.
struct Temporary(PathBuf);

impl Temporary {
    fn new(scratch: &str) -> Self {
        let path = Path::new(scratch).join(format!("compile-cases-{}", process::id()));
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
