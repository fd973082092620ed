//! Runs that somebody else asks for, or disturbs: grading, two at once, Ctrl-C, a machine that lacks
//! something.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use workspace::{
    Workspace,
    code::{ADD, STUB, body},
};

#[test]
fn grading_takes_the_editable_files_and_adds_hidden_tests() {
    let workspace = Workspace::good();
    let submission = "alice/exercises/00-start/01-add";
    workspace.write(format!("{submission}/src/lib.rs"), ADD.reference);
    workspace.write(
        format!("{submission}/tests/behaviour.rs"),
        "#[test]\nfn adds() {}\n",
    );
    let ran = workspace
        .run(&[
            "grade",
            "alice",
            "-e",
            "start/add",
            "--json",
            "--junit",
            "marks.xml",
        ])
        .exits(0);
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "passed");
    assert!(
        line["notes"].to_string().contains("tests/behaviour.rs"),
        "what was ignored is told: {line:#}"
    );
    assert_eq!(
        line["tests"].as_array().map(Vec::len),
        Some(3),
        "the published tests ran: {line:#}"
    );
    well_formed(&workspace.read("marks.xml"));

    workspace.write("hidden/00-start/01-add/tests/more.rs", "#[test]\nfn a_zero_changes_nothing() {\n    assert_eq!(start_add::add(0, 7), 7);\n}\n\n#[test]\nfn nobody_can_know() {\n    assert_eq!(start_add::add(2, 2), 5, \"<two> & \\\"two\\\"\");\n}\n");
    let ran = workspace
        .run(&[
            "grade",
            "alice",
            "-e",
            "start/add",
            "--hidden",
            "hidden",
            "--json",
            "--junit",
            "marks.xml",
        ])
        .exits(1);
    let line = ran.exercise("start/add");
    let tests = line["tests"].as_array().cloned().unwrap_or_default();
    let hidden: Vec<_> = tests.iter().filter(|test| test["hidden"] == true).collect();
    assert_eq!(hidden.len(), 2, "{line:#}");
    assert_eq!(line["points"], 0);
    well_formed(&workspace.read("marks.xml"));
    assert!(
        !workspace
            .path("exercises/00-start/01-add/tests/more.rs")
            .exists(),
        "hidden tests stay hidden"
    );
    assert_eq!(
        workspace.read(STUB),
        ADD.stub,
        "grading leaves the workspace alone"
    );

    // A wrong answer, and one that is not there.
    workspace.write("bob/src/lib.rs", ADD.naive);
    workspace.run(&["grade", "bob", "-e", "start/add"]).exits(1);
    let ran = workspace.run(&["grade", "alice", "--json"]).exits(1);
    assert_eq!(ran.verdict("start/double"), "pending", "{}", ran.stdout);
    workspace.run(&["grade", "nobody"]).exits(2);
}

/// Tags open and close in pairs, and no bare `<` or `&` is left in text.
#[track_caller]
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some((text, from)) = rest.split_once('<') {
        assert!(
            text.split('&')
                .skip(1)
                .all(|entity| entity.split(';').next().is_some_and(|name| name.len() < 8)),
            "{xml}"
        );
        if let Some(cdata) = from.strip_prefix("![CDATA[") {
            rest = cdata.split_once("]]>").expect("a CDATA section ends").1;
            continue;
        }
        let (tag, after) = from
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag does not end: {xml}"));
        rest = after;
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{xml}");
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && xml.contains("<testsuite"), "{xml}");
}

#[test]
fn a_second_run_waits_for_the_first() {
    let workspace = Workspace::with(&body(
        "std::thread::sleep(std::time::Duration::from_millis(700)); a.saturating_add(b)",
    ));
    let first = workspace.start(&["verify", "--json"]);
    let lock = workspace.path(".workbook/lock");
    wait_for("the first run to begin", || lock.exists());
    thread::sleep(Duration::from_millis(100));
    let second = workspace.start(&["verify", "--json"]);
    let (first, second) = (workspace.finish(first), workspace.finish(second));
    assert_eq!(first.verdict("start/add"), "passed", "{}", first.stderr);
    assert_eq!(second.verdict("start/add"), "passed", "{}", second.stderr);
    second
        .exits(0)
        .warns("another run of the workbook is under way");
}

#[test]
fn ctrl_c_ends_the_run_and_what_it_started() {
    let pid_file = "concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../../target/pid\")";
    let code = body(&format!(
        "std::fs::write({pid_file}, std::process::id().to_string()).unwrap(); loop {{ std::hint::black_box(a + b); }}"
    ));
    let workspace = Workspace::with(&code);
    workspace.edit(
        "exercises/00-start/01-add/Cargo.toml",
        "timeout_seconds = 10",
        "timeout_seconds = 60",
    );
    workspace.write(STUB, ADD.stub);
    workspace.seal();
    workspace.write(STUB, &code);
    let child = workspace.start(&["verify", "start/add"]);
    let pid_file = workspace.path("target/pid");
    wait_for("the test to run", || {
        fs::read_to_string(&pid_file).is_ok_and(|pid| !pid.is_empty())
    });
    let id = rustix::process::Pid::from_raw(child.id().cast_signed()).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("to send SIGINT");
    let asked = Instant::now();
    let ran = workspace.finish(child);
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "it took {:?} to stop",
        asked.elapsed()
    );
    assert!(!matches!(ran.code, Some(0)), "{ran:?}");
    let pid = fs::read_to_string(&pid_file).expect("the test wrote its id");
    wait_for("the test's process to end", || !is_running(&pid));

    workspace.write(STUB, ADD.reference);
    workspace.run(&["verify", "start/add"]).exits(0);
}

/// A zombie has ended: it waits for its parent.
fn is_running(pid: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[track_caller]
fn wait_for(what: &str, done: impl Fn() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// Tests that say hello to the server, leave its process id and its folder in target/, and call `add`.
const TALKS: &str = r#"use std::{env, fs, io::{Read, Write}, os::unix::net::UnixStream};

fn server() {
    let home = env::var("PGHOST").expect("a server");
    let port = env::var("PGPORT").expect("a port");
    let mut server = UnixStream::connect(format!("{home}/.s.PGSQL.{port}")).expect("a socket");
    let hello = b"\x00\x03\x00\x00user\x00workbook\x00database\x00postgres\x00\x00";
    let length = u32::try_from(hello.len() + 4).unwrap().to_be_bytes();
    server.write_all(&length).and_then(|()| server.write_all(hello)).expect("to write");
    let mut kind = [0];
    server.read_exact(&mut kind).expect("an answer");
    assert_eq!(kind, *b"R", "the server lets us in");
    let pid = fs::read_to_string(format!("{home}/data/postmaster.pid")).expect("a running server");
    let pid = pid.lines().next().unwrap();
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../target");
    fs::write(format!("{target}/server.new"), format!("{pid} {home}")).unwrap();
    fs::rename(format!("{target}/server.new"), format!("{target}/server")).unwrap();
}

#[test]
fn adds() {
    server();
    assert_eq!(start_add::add(1, 2), 3, "1 + 2 is 3");
}

#[test]
fn stops_at_the_largest_number() {
    assert_eq!(start_add::add(u32::MAX, 1), u32::MAX);
}
"#;

/// The server's process and folder, as the tests above left them.
fn server_of(workspace: &Workspace) -> Option<(String, String)> {
    let text = fs::read_to_string(workspace.path("target/server")).ok()?;
    let (pid, home) = text.split_once(' ')?;
    Some((pid.to_owned(), home.to_owned()))
}

#[test]
fn the_database_server_ends_with_the_run_however_it_ends() {
    let workspace = Workspace::with(ADD.reference);
    let manifest = "exercises/00-start/01-add/Cargo.toml";
    let needs = "backends = [\"host\"]\nneeds = [\"postgres\"]";
    workspace.edit(manifest, "backends = [\"host\"]", needs);
    workspace.edit(manifest, "timeout_seconds = 10", "timeout_seconds = 60");
    workspace.write("exercises/00-start/01-add/tests/behaviour.rs", TALKS);
    workspace.write(STUB, ADD.stub);
    workspace.seal();
    let gone = |(pid, home): &(String, String), swept: bool| {
        wait_for("the server to end", || !is_running(pid));
        assert!(
            !swept || !std::path::Path::new(home).exists(),
            "{home} is left"
        );
    };

    workspace.write(STUB, ADD.reference);
    let ran = workspace.run(&["verify", "start/add", "--json"]);
    let lacks = ran.exercise("start/add")["blocked_by"].to_string();
    if lacks.contains("there is no `postgres` on PATH") {
        eprintln!("skipped: PostgreSQL is not on this machine");
        return;
    }
    assert_eq!(ran.exits(0).verdict("start/add"), "passed");
    gone(&server_of(&workspace).expect("it ran"), true);

    workspace.write(
        STUB,
        body("loop { std::thread::sleep(std::time::Duration::from_secs(a.into())); }"),
    );
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::KILL] {
        workspace.remove("target/server");
        let child = workspace.start(&["verify", "start/add"]);
        wait_for("the test to run", || server_of(&workspace).is_some());
        let server = server_of(&workspace).expect("it runs");
        assert!(is_running(&server.0));
        let id = rustix::process::Pid::from_raw(child.id().cast_signed()).expect("a process");
        rustix::process::kill_process(id, signal).expect("to send a signal");
        workspace.finish(child);
        let killed = signal == rustix::process::Signal::KILL;
        if !killed || cfg!(target_os = "linux") {
            gone(&server, !killed);
        }
    }
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told() {
    let workspace = Workspace::with(ADD.reference);
    workspace.write(".workbook", "no folder");
    let ran = workspace.run(&["verify"]).exits(3);
    assert!(ran.stderr.contains(".workbook"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("see that"),
        "it says what to do: {}",
        ran.stderr
    );
    workspace.run(&["hint", "start/add"]).exits(3);
    assert_eq!(workspace.read(STUB), ADD.reference);
}

/// Cargo tells packages apart by their path in the workspace and old files from new by their times.
/// Neither may let one side's binaries pass for another's.
#[test]
fn a_reference_that_passed_does_not_pass_for_the_learner() {
    let workspace = Workspace::good();
    workspace.write(STUB, ADD.naive);
    let verdict = |args: &[&str]| workspace.run(args).verdict("start/add");
    assert_eq!(verdict(&["verify", "start/add", "--json"]), "failed");
    let solutions = ["verify", "start/add", "--solutions", "--json"];
    assert_eq!(verdict(&solutions), "passed");
    let fresh = ["verify", "start/add", "--fresh", "--json"];
    assert_eq!(verdict(&fresh), "failed");
    assert_eq!(verdict(&solutions), "passed");
}

#[test]
fn a_file_that_was_put_back_with_its_old_time_is_seen() {
    let workspace = Workspace::good();
    let verify = || workspace.run(&["verify", "start/add", "--json"]);
    workspace.write(STUB, ADD.reference);
    assert_eq!(verify().verdict("start/add"), "passed");
    workspace.write(STUB, ADD.naive);
    let an_hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    let file = fs::File::options().append(true).open(workspace.path(STUB));
    file.and_then(|file| file.set_modified(an_hour_ago))
        .unwrap();
    assert_eq!(verify().verdict("start/add"), "failed");
}
