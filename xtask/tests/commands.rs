//! Commands end to end that have no file of their own here, and what holds for every command.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{
    io::{BufRead, BufReader, Read as _, Write as _, pipe},
    net::TcpStream,
    process::{Child, ChildStdout},
};

use serde_json::Value;
use workspace::{
    Workspace,
    code::{ADD, DOUBLE, OTHER, STUB, body},
    more::OWN,
};

/// Rustc has much to say about it, and says it in colours.
const NO_NUMBER: &str = "let text = String::new(); drop(text); text.len() as u32 + a + b";

/// Every command, with its exit code in [`spoiled`]. `watch` and `serve` don't end by themselves.
const COMMANDS: &[(&[&str], i32)] = &[
    (&["--help"], 0),
    (&["verify", "--help"], 0),
    (&["grade", "--help"], 0),
    (&["no-such-command"], 2),
    (&["verify"], 1),
    (&["verify", "--json"], 1),
    (&["verify", "--solutions", "start/double"], 0),
    (&["verify", "start/nothing"], 2),
    (&["list"], 0),
    (&["list", "--json"], 0),
    (&["hint", "start/add"], 0),
    (&["solution", "start/add"], 1),
    (&["solution", "start/add", "--give-up"], 0),
    (&["reset", "start/double", "--tests"], 0),
    (&["grade", "ada", "-e", "start/add"], 1),
    (&["grade", "ada", "-e", "start/add", "--json"], 1),
    (&["grade", "ada", "ada", "-e", "start/add", "--json"], 1),
    (&["audit"], 1),
    (&["audit", "--json"], 1),
    (&["bench", "start/add"], 0),
    (&["bench", "start/add", "--json"], 0),
    (&["doctor"], 0),
    (&["doctor", "--json"], 0),
    (&["setup"], 0),
    (&["setup", "--json"], 0),
    (&["setup", "--dry-run"], 0),
    (&["setup", "--dry-run", "--json"], 0),
    (&["ci", "--only", "fmt"], 1),
    (&["ci", "--only", "fmt", "--json"], 1),
    (&["new", "start/1-more"], 2),
];

/// A workbook where the learner's code, a submission and a reference don't compile.
fn spoiled() -> Workspace {
    let mut workspace = Workspace::with(ADD.reference)
        .with_benchmark()
        .with_own_package();
    // What this machine lacks is looked for in its packages, which takes time.
    workspace.hide("apt-get");
    workspace.write(STUB, body(NO_NUMBER));
    workspace.write("ada/src/lib.rs", body(NO_NUMBER));
    workspace.write("solutions/00-start/01-add/src/lib.rs", body(NO_NUMBER));
    workspace
}

#[test]
fn json_holds_no_escapes_whatever_colours_are_asked_for() {
    let mut workspace = spoiled();
    for (key, value) in [
        ("NO_COLOR", ""),
        ("CLICOLOR_FORCE", "1"),
        ("CARGO_TERM_COLOR", "always"),
        ("TERM", "xterm"),
    ] {
        workspace.set(key, value);
    }
    let shown = workspace.run(&["verify"]).exits(1).stdout;
    assert!(
        shown.contains("\u{1b}["),
        "rustc's colours are shown to people:\n{shown}"
    );
    for (args, code) in COMMANDS.iter().filter(|(args, _)| args.contains(&"--json")) {
        let ran = workspace.run(args).exits(*code);
        ran.json();
        let escaped = ran.stdout.contains("\\u001b") || ran.stdout.contains('\u{1b}');
        assert!(!escaped, "{args:?}:\n{}", ran.stdout);
    }
}

#[test]
fn no_colour_is_no_colour() {
    let mut workspace = spoiled();
    for vars in [
        [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
        [("NO_COLOR", ""), ("CLICOLOR_FORCE", "")],
        [("NO_COLOR", ""), ("CLICOLOR_FORCE", "0")],
    ] {
        for (key, value) in vars {
            workspace.set(key, value);
        }
        for args in [
            &["verify"][..],
            &["list"],
            &["grade", "ada", "-e", "start/add"],
        ] {
            let ran = workspace.run(args);
            assert!(
                !ran.stdout.contains('\u{1b}'),
                "{vars:?} {args:?}:\n{}",
                ran.stdout
            );
            assert!(
                !ran.stderr.contains('\u{1b}'),
                "{vars:?} {args:?}:\n{}",
                ran.stderr
            );
        }
    }
}

#[test]
fn that_nobody_reads_is_no_error() {
    let workspace = spoiled();
    for (args, code) in COMMANDS
        .iter()
        .filter(|(args, _)| !args.contains(&"--json"))
    {
        // These build, and differ from the others in nothing that matters here.
        let slow = ["audit", "bench"].contains(&args[0]);
        for closed in ["stdout", "stderr"]
            .into_iter()
            .filter(|stream| !slow || *stream == "stdout")
        {
            let (reader, writer) = pipe().expect("a pipe");
            drop(reader);
            let mut command = workspace.command(args);
            if closed == "stdout" {
                command.stdout(writer);
            } else {
                command.stderr(writer);
            }
            let output = command.output().expect("the binary starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(
                output.status.code(),
                Some(*code),
                "{args:?}, {closed} closed: {said}"
            );
            assert!(!workspace::panicked(&said), "{args:?}: {said}");
        }
    }
}

/// What a command that does not end by itself says on standard output, line by line.
struct Lines {
    child: Child,
    from: BufReader<ChildStdout>,
}

impl Lines {
    fn of(workspace: &Workspace, args: &[&str]) -> Self {
        let mut child = workspace.start(args);
        let from = BufReader::new(child.stdout.take().expect("a stream"));
        Self { child, from }
    }

    #[track_caller]
    fn next(&mut self) -> String {
        let mut line = String::new();
        let count = self.from.read_line(&mut line).expect("text");
        assert!(count > 0, "it ended: {:?}", self.child.try_wait());
        line
    }

    #[track_caller]
    fn verdict(&mut self, id: &str) -> String {
        let line: Value = serde_json::from_str(&self.next()).expect("a line of JSON");
        let line = &line["report"]["exercises"][0];
        assert_eq!(line["id"], id, "{line:#}");
        line["verdict"].as_str().unwrap_or_default().to_owned()
    }

    fn interrupt(mut self) -> Option<i32> {
        let id = rustix::process::Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::INT).expect("to send SIGINT");
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn watch_tells_a_verdict_for_each_save() {
    let workspace = Workspace::with(&body(NO_NUMBER));
    let mut watch = Lines::of(&workspace, &["watch", "start/add", "--json"]);
    assert_eq!(watch.verdict("start/add"), "compile-error");
    workspace.write(STUB, ADD.reference);
    assert_eq!(watch.verdict("start/add"), "passed");
    workspace.write(STUB, ADD.naive);
    assert_eq!(watch.verdict("start/add"), "failed");
    assert_eq!(watch.interrupt(), Some(0));
    let progress: Value =
        serde_json::from_str(&workspace.read(".workbook/progress.json")).expect("JSON");
    assert_eq!(
        progress["exercises"]["start/add"]["last"], "failed",
        "{progress:#}"
    );
    assert!(
        progress["exercises"]["start/add"]["passed_at"].is_number(),
        "{progress:#}"
    );
}

#[test]
fn watch_goes_on_to_the_next_exercise_and_ends_after_the_last() {
    let workspace = Workspace::good();
    workspace.write(STUB, ADD.naive);
    let mut watch = Lines::of(&workspace, &["watch", "--json"]);
    assert_eq!(watch.verdict("start/add"), "failed");
    workspace.write(STUB, ADD.reference);
    assert_eq!(watch.verdict("start/add"), "passed");
    workspace.write(OTHER, DOUBLE.reference);
    assert_eq!(watch.verdict("start/double"), "passed");
    // Nothing is left to do at the next save.
    workspace.write(OTHER, DOUBLE.reference);
    assert_eq!(watch.child.wait().expect("it ends").code(), Some(0));
    let mut said = String::new();
    let stderr = watch.child.stderr.as_mut().expect("a stream");
    stderr.read_to_string(&mut said).expect("text");
    assert!(
        said.contains("Every exercise has passed. Well done."),
        "{said}"
    );
}

#[test]
fn bench_puts_the_sides_beside_each_other() {
    let workspace = Workspace::with(ADD.off_by_one).with_benchmark();
    let ran = workspace.run(&["bench", "--json"]).exits(0);
    let rows = ran.json();
    let names: Vec<_> = rows
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| &row["benchmark"])
        .collect();
    assert_eq!(
        names,
        ["sum/8", "sum/1024"],
        "sizes in their order: {rows:#}"
    );
    // Every side is its own code.
    assert_eq!(rows[0]["reference"], 42.0, "{rows:#}");
    assert_eq!(rows[0]["naive"], 42.0, "{rows:#}");
    assert_eq!(rows[0]["yours"], 42.0, "{rows:#}");
    workspace.write(STUB, body("a - b"));
    let ran = workspace
        .run(&["bench", "start/add"])
        .exits(0)
        .says("sum/1024");
    assert!(
        ran.stdout.contains("38.0 ns") && ran.stdout.contains("0.90"),
        "{}",
        ran.stdout
    );
    let rows = workspace
        .run(&["bench", "--solutions", "--json"])
        .exits(0)
        .json();
    assert!(
        rows[0]["yours"].is_null() && rows[0]["reference"] == 42.0,
        "{rows:#}"
    );
    workspace
        .run(&["bench", "start/double"])
        .exits(2)
        .warns("none of these exercises has benchmarks");

    // What does not run is told, and the others' figures stand.
    workspace.write(STUB, body(NO_NUMBER));
    let ran = workspace.run(&["bench", "start/add"]).exits(0);
    assert!(
        ran.stderr.contains("does not run to its end"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("42.0 ns"), "{}", ran.stdout);
}

/// All steps but two: Cortex-M needs QEMU, and the book has a test of its own.
const STEPS: &[&str] = &[
    "setup",
    "fmt",
    "clippy",
    "deny",
    "tests of",
    "doc comments",
    "verify",
    "audit",
];

#[test]
fn ci_runs_every_step_and_goes_on_past_one_that_failed() {
    let mut workspace = Workspace::good().with_own_package();
    let only: Vec<&str> = STEPS.iter().flat_map(|step| ["--only", step]).collect();
    let ci = |workspace: &Workspace| workspace.run(&[&["ci", "--json"][..], &only].concat());
    let codes = |json: &Value| -> Vec<(String, i64)> {
        let steps = json["steps"].as_array().cloned().unwrap_or_default();
        let pairs = steps.iter().map(|step| {
            (
                step["name"].to_string(),
                step["code"].as_i64().unwrap_or(-1),
            )
        });
        pairs.collect()
    };
    let json = ci(&workspace).exits(0).json();
    assert_eq!(codes(&json).len(), STEPS.len(), "{json:#}");

    workspace.write(
        "own/src/lib.rs",
        OWN.replace("    n * 2", "      return n * 3;"),
    );
    let ran = ci(&workspace).exits(1);
    let failed: Vec<_> = codes(&ran.json())
        .into_iter()
        .filter(|(_, code)| *code != 0)
        .collect();
    let expected = [
        "fmt",
        "clippy",
        "tests of the runner",
        "examples in doc comments",
    ];
    assert_eq!(
        failed,
        expected.map(|name| (format!("{name:?}"), 1)),
        "{}",
        ran.stderr
    );

    // What is missing blocks its step, and fails nothing.
    workspace.write("own/src/lib.rs", OWN);
    workspace.hide("cargo-nextest");
    workspace.stand_in(
        "cargo",
        "case \"$1\" in install) exit 101;; *) exec \"$REAL_CARGO\" \"$@\";; esac",
    );
    let cargo = Workspace::good().which("cargo");
    workspace.set("REAL_CARGO", cargo.to_string_lossy());
    let json = workspace
        .run(&["ci", "--json", "--only", "setup", "--only", "fmt"])
        .exits(3)
        .json();
    assert_eq!(
        codes(&json),
        [("\"setup\"".to_owned(), 3), ("\"fmt\"".to_owned(), 0)],
        "{json:#}"
    );

    workspace
        .run(&["ci", "--only", "nothing"])
        .exits(2)
        .warns("no step's name contains nothing");
    let ran = workspace.run(&["ci", "--only", "fmt"]).exits(0);
    assert!(
        ran.stdout.contains("✓ passed") && ran.stderr.contains("━━ fmt"),
        "{ran:?}"
    );
}

#[test]
fn the_book_is_built_tested_and_served() {
    let workspace = Workspace::good().with_book();
    workspace
        .run(&["book", "build"])
        .exits(0)
        .says("built target/book/index.html");
    let page = workspace.read("target/book/00-start/01-add.html");
    assert!(
        page.contains("start/add"),
        "the exercise's card is on its page"
    );
    workspace
        .run(&["book", "test"])
        .exits(0)
        .says("the book is in order");
    workspace.run(&["book", "bind"]).exits(2);
    workspace
        .run(&["book", "--help"])
        .exits(0)
        .says("cargo xtask book");

    let mut serve = Lines::of(&workspace, &["book", "serve", "--port", "0"]);
    let line = serve.next();
    let address = line
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    let mut server = TcpStream::connect(address.expect("an address")).expect("a server");
    server
        .write_all(b"GET /00-start/01-add.html HTTP/1.0\r\nHost: localhost\r\n\r\n")
        .expect("to ask");
    let mut answer = String::new();
    server.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.contains("200") && answer.contains("start/add"),
        "{answer}"
    );
    serve.interrupt();

    workspace.write(
        "book/src/00-start/01-add.md",
        "# A sum\n\nSee [that](nowhere.md).\n",
    );
    let ran = workspace.run(&["book", "test"]).exits(1);
    assert!(
        ran.stderr.contains("book/src/00-start/01-add.md"),
        "{}",
        ran.stderr
    );
}

#[test]
fn doctor_tells_what_is_missing_and_what_that_blocks() {
    let mut workspace = Workspace::good();
    let ran = workspace.run(&["doctor"]).exits(0).says("cargo-nextest");
    assert!(
        ran.stdout
            .contains("Every tool that an exercise needs is there"),
        "{}",
        ran.stdout
    );
    workspace.hide("cargo-nextest");
    workspace
        .run(&["doctor"])
        .exits(3)
        .says("blocks start/add, start/double");
    let json = workspace.run(&["doctor", "--json"]).exits(3).json();
    let tools = json["tools"].as_array().cloned().unwrap_or_default();
    let nextest = tools
        .iter()
        .find(|tool| tool["name"] == "cargo-nextest")
        .expect("its row");
    assert_eq!(nextest["found"], false, "{nextest:#}");
    let ran = workspace.run(&["setup", "--dry-run"]).exits(0);
    assert!(ran.stdout.contains("cargo-nextest"), "{}", ran.stdout);
    // Nobody is there to agree.
    workspace
        .run(&["setup"])
        .exits(3)
        .says("cargo-nextest is missing");
}

#[test]
fn help_tells_the_exit_codes_and_every_command() {
    let ran = Workspace::good().run(&["--help"]).exits(0);
    for code in ["  0 ", "  1 ", "  2 ", "  3 ", "  130 "] {
        assert!(ran.stdout.contains(code), "{code:?}:\n{}", ran.stdout);
    }
    let commands = COMMANDS
        .iter()
        .map(|(args, _)| args[0])
        .filter(|name| !name.contains('-'));
    for command in commands.chain(["watch", "book", "trap"]) {
        assert!(
            ran.stdout.contains(&format!("\n  {command} ")),
            "{command}:\n{}",
            ran.stdout
        );
    }
}
