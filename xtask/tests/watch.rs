//! `cargo xtask watch`, by the real binary: a verdict at each save, however the file was saved and wherever it lies.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::Child,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use workspace::{
    Workspace,
    code::{ADD, STUB, body},
};

/// Far longer than a verdict takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A watch that goes on, and the verdicts that it has told.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn of(workspace: &Workspace, outer: &[&str], more: &[&str]) -> Self {
        let args = [&["watch", "start/add", "--json"], more].concat();
        let mut child = workspace.start_under(outer, &args);
        let (to, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    #[track_caller]
    fn verdict(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE).expect("a verdict");
        let json: Value = serde_json::from_str(&line).expect("JSON");
        let verdict = &json["report"]["exercises"][0]["verdict"];
        verdict.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    fn is_silent(&self) {
        let more = self.lines.recv_timeout(Duration::from_secs(2));
        assert_eq!(more, Err(RecvTimeoutError::Timeout), "another verdict");
    }

    /// Ends it as Ctrl-C does; what it said on standard error.
    fn end(mut self) -> String {
        let id = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        kill_process(id, Signal::INT).expect("to send SIGINT");
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        self.child.wait().expect("it ends");
        said
    }
}

/// Saves as many editors do: a new file, renamed over the old one.
fn save_by_renaming(workspace: &Workspace, text: &str) {
    let new = workspace.path(format!("{STUB}.new"));
    fs::write(&new, text).expect("to write");
    fs::rename(new, workspace.path(STUB)).expect("to rename");
}

fn tells_each_save_once(workspace: &Workspace, watch: &Watch) {
    assert_eq!(watch.verdict(), "pending", "the stub");
    workspace.write(STUB, ADD.naive);
    assert_eq!(watch.verdict(), "failed");
    save_by_renaming(workspace, ADD.reference);
    assert_eq!(watch.verdict(), "passed");
    workspace.remove(STUB);
    thread::sleep(Duration::from_millis(100));
    workspace.write(STUB, body("let _ = (a, b); missing"));
    assert_eq!(watch.verdict(), "compile-error");
    watch.is_silent();
}

#[test]
fn each_save_gets_a_verdict_however_it_is_saved() {
    let workspace = Workspace::good();
    let watch = Watch::of(&workspace, &[], &[]);
    tells_each_save_once(&workspace, &watch);
    let said = watch.end();
    assert!(!said.contains("looking for saves"), "{said}");
}

#[test]
fn many_saves_in_a_row_get_one_verdict_that_of_the_last() {
    let workspace = Workspace::good();
    let watch = Watch::of(&workspace, &[], &[]);
    assert_eq!(watch.verdict(), "pending");
    for round in 0..9 {
        workspace.write(STUB, body(&format!("a + b + {round}")));
        thread::sleep(Duration::from_millis(20));
    }
    save_by_renaming(&workspace, ADD.reference);
    assert_eq!(watch.verdict(), "passed");
    watch.is_silent();
    watch.end();
}

#[test]
fn a_save_during_a_run_ends_it_and_what_it_started() {
    let workspace = Workspace::good();
    let watch = Watch::of(&workspace, &[], &[]);
    assert_eq!(watch.verdict(), "pending");
    let mark = workspace.path("target/mark");
    let stuck = format!(
        "std::fs::write({:?}, std::process::id().to_string()).unwrap(); loop {{ std::hint::black_box(a + b); }}",
        mark.display().to_string()
    );
    workspace.write(STUB, body(&stuck));
    let mut tried = 0;
    while !fs::read_to_string(&mark).is_ok_and(|pid| !pid.is_empty()) {
        tried += 1;
        assert!(tried < 1200, "the test never ran");
        thread::sleep(Duration::from_millis(50));
    }
    let pid = fs::read_to_string(&mark).expect("a process");
    workspace.write(STUB, ADD.reference);
    assert_eq!(watch.verdict(), "passed", "of the second save");
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let runs = state
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'));
    assert!(!runs, "the first save's test runs on: {state}");
    watch.is_silent();
    watch.end();
}

#[test]
fn without_file_events_it_looks_and_says_so() {
    let workspace = Workspace::good();
    let watch = Watch::of(&workspace, &[], &["--poll"]);
    tells_each_save_once(&workspace, &watch);
    let said = watch.end();
    assert!(said.contains("looking for saves"), "{said}");
}

/// A machine whose inotify watches are used up, for real: a user namespace has a limit of its own.
#[test]
fn where_no_more_folders_can_be_watched_it_looks() {
    let limit = "echo 2 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let outer = [
        "unshare",
        "--user",
        "--map-root-user",
        "sh",
        "-c",
        limit,
        "sh",
    ];
    let workspace = Workspace::good();
    let probe = workspace.run_under(&outer, &["list"]);
    if probe.stderr.contains("unshare:") || probe.stderr.contains("max_inotify_watches") {
        eprintln!("skipped: no namespaces on this machine: {}", probe.stderr);
        return;
    }
    let watch = Watch::of(&workspace, &outer, &[]);
    tells_each_save_once(&workspace, &watch);
    let said = watch.end();
    assert!(said.contains("max_user_watches"), "{said}");
}
