//! `cargo xtask` as a person starts it, in a small workspace with this package, the workbook's own
//! alias, and a runner that is compiled in a moment.

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

const MANIFEST: &str = "\
[workspace]
resolver = \"3\"
members = [\"xtask\", \"xtask/launch\"]

[workspace.package]
version = \"0.1.0\"
edition = \"2024\"

[profile.launch]
inherits = \"dev\"
";
const RUNNER: &str = "\
[package]
name = \"xtask\"
version.workspace = true
edition.workspace = true
";
const GREETS: &str = "fn main() { println!(\"{:?}\", std::env::args().skip(1).collect::<Vec<_>>()); std::process::exit(1) }\n";

struct Workspace(TempDir);

impl Workspace {
    fn new() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = tempfile::Builder::new()
            .prefix("a person's \"wörk\" ")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .expect("a folder");
        let workspace = Self(dir);
        let manifest =
            "[package]\nname = \"launch\"\nversion.workspace = true\nedition.workspace = true\n";
        for (path, text) in [
            ("Cargo.toml", MANIFEST),
            ("xtask/Cargo.toml", RUNNER),
            ("xtask/src/main.rs", GREETS),
            ("xtask/launch/Cargo.toml", manifest),
            ("exercises/README", ""),
        ] {
            workspace.write(path, text);
        }
        for file in ["src/main.rs", "src/lib.rs", "src/depinfo.rs"] {
            let text = fs::read_to_string(own.join(file)).expect("its source");
            workspace.write(&format!("xtask/launch/{file}"), &text);
        }
        let alias = fs::read_to_string(own.join("../../.cargo/config.toml")).expect("the alias");
        workspace.write(".cargo/config.toml", &alias);
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// `cargo xtask hello`, from a folder of the workspace.
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests start what a person starts"
    )]
    fn command(&self, from: &str) -> Command {
        let mut command = Command::new("cargo");
        for (key, _) in env::vars_os() {
            let name = key.to_string_lossy();
            if name.starts_with("CARGO") && name != "CARGO_HOME" || name.starts_with("NEXTEST") {
                command.env_remove(&key);
            }
        }
        command
            .args(["xtask", "hello", "a b"])
            .current_dir(self.path(from))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    #[track_caller]
    fn greets(&self, from: &str) -> String {
        let output = self.command(from).output().expect("cargo starts");
        let stderr = stderr(&output);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(stdout, "[\"hello\", \"a b\"]\n", "{stderr}");
        assert_eq!(
            output.status.code(),
            Some(1),
            "the runner's own code: {stderr}"
        );
        stderr
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn it_speaks_while_it_compiles_and_is_silent_when_all_is_fresh() {
    let workspace = Workspace::new();
    let said = workspace.greets(".");
    assert!(
        said.contains("compiling the workbook's runner, for the first time"),
        "{said}"
    );
    assert!(
        said.contains("Compiling xtask"),
        "cargo itself speaks: {said}"
    );
    assert_eq!(workspace.greets("."), "");
    assert_eq!(workspace.greets("exercises"), "", "from any folder");

    workspace.write(
        "xtask/src/main.rs",
        &GREETS.replace("skip(1)", "skip(1).map(|a| a + \"!\")"),
    );
    let output = workspace.command(".").output().expect("cargo starts");
    let said = stderr(&output);
    assert!(
        said.contains("compiling the workbook's runner again"),
        "{said}"
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "[\"hello!\", \"a b!\"]\n"
    );

    // Settings and manifests count as sources do.
    for path in ["xtask/Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        let text = fs::read_to_string(workspace.path(path)).expect("a file");
        workspace.write(path, &text);
        let said = stderr(&workspace.command(".").output().expect("cargo starts"));
        assert!(said.contains("again, after a change"), "{path}: {said}");
        let said = stderr(&workspace.command(".").output().expect("cargo starts"));
        assert_eq!(said, "", "{path}");
    }

    workspace.write("xtask/src/main.rs", "fn main() { 1 }\n");
    let output = workspace.command(".").output().expect("cargo starts");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("error[E0308]"), "{said}");
    assert!(
        said.contains("failed to compile the workbook's runner"),
        "{said}"
    );
    assert!(
        output.stdout.is_empty(),
        "no older program is run in its place"
    );
}

#[test]
fn another_cargo_that_builds_is_told_and_no_hindrance_to_what_is_fresh() {
    let workspace = Workspace::new();
    workspace.greets(".");
    let lock = File::open(workspace.path("target/debug/.cargo-lock")).expect("cargo's lock");
    lock.lock().expect("to hold it");
    assert_eq!(workspace.greets("."), "", "what is fresh needs no lock");

    workspace.write("xtask/src/main.rs", &format!("{GREETS}// changed\n"));
    let started = Instant::now();
    let mut child = workspace.command(".").spawn().expect("cargo starts");
    let (sender, lines) = mpsc::channel();
    let from = BufReader::new(child.stderr.take().expect("a stream"));
    thread::spawn(move || {
        // Nobody listens any more once it has been heard.
        from.split(b'\n')
            .flatten()
            .try_for_each(|line| sender.send(line))
    });
    let heard = loop {
        let line = lines
            .recv_timeout(Duration::from_secs(30))
            .expect("it says what it waits for");
        if String::from_utf8_lossy(&line).contains("Blocking waiting for file lock") {
            break started.elapsed();
        }
    };
    assert!(child.try_wait().expect("a child").is_none(), "it waits");
    drop(lock);
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert!(heard < Duration::from_secs(10), "told after {heard:?}");
}
