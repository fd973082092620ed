//! A build that never ends, or that the machine cannot carry, is told as what it is, and the other exercises go on.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use workspace::{
    Ran, Workspace,
    code::{ADD, DOUBLE, OTHER, STUB, body},
};

/// What it adds is an endless `const`.
fn endless() -> String {
    let endless = "#![allow(long_running_const_eval)]\n\nconst ENDLESS: u32 = { loop {} };\n";
    endless.to_owned() + &body("a + b + ENDLESS")
}

fn with(code: String) -> Workspace {
    let workspace = Workspace::with(&code.replacen("//! Sums.\n\n", "", 1));
    workspace.write(OTHER, DOUBLE.reference);
    workspace
}

/// `start/add` is not passed for this reason, and `start/double` is.
#[track_caller]
fn told(workspace: &Workspace, args: &[&str], verdict: &str, says: &str) {
    let ran = workspace.run(args);
    assert_eq!(ran.verdict("start/add"), verdict, "{}", ran.stdout);
    let line = ran.exercise("start/add").to_string();
    assert!(line.contains(says), "{line}");
    assert_eq!(ran.verdict("start/double"), "passed", "{}", ran.stdout);
}

#[test]
fn an_endless_const_times_out_and_the_others_go_on() {
    let mut workspace = with(endless());
    workspace.set("WORKBOOK_BUILD_SECONDS", "2");
    let started = Instant::now();
    told(
        &workspace,
        &["verify", "--json"],
        "timed-out",
        "more than 2 s",
    );
    // Five times as long on the clock, were it not for the processor's time; and this machine may be a busy one.
    assert!(started.elapsed() < Duration::from_secs(120));
    // As a submission; and what was stopped is no result to be remembered.
    workspace.write(
        "all/exercises/00-start/01-add/src/lib.rs",
        workspace.read(STUB),
    );
    workspace.write(
        "all/exercises/00-start/02-double/src/lib.rs",
        DOUBLE.reference,
    );
    told(
        &workspace,
        &["grade", "all", "--json"],
        "timed-out",
        "more than 2 s",
    );
    workspace.write(STUB, ADD.reference);
    workspace.run(&["verify", "start/add"]).exits(0);
}

#[test]
fn a_build_that_takes_all_memory_is_stopped() {
    let code = body("LARGE[b as usize] + a").replace(
        "//! Sums.\n\n",
        "static LARGE: [u32; 1 << 28] = { let mut all = [1; 1 << 28]; all[7] = 2; all };\n\n",
    );
    let mut workspace = with(code);
    workspace.set("WORKBOOK_BUILD_MEBIBYTES", "400");
    told(
        &workspace,
        &["verify", "--json"],
        "timed-out",
        "GiB of memory",
    );
}

#[test]
fn a_compiler_that_the_system_kills_is_no_compile_error() {
    let workspace = with(endless());
    let child = workspace.start(&["verify", "--json"]);
    let source = format!("{}", workspace.root().display());
    let started = Instant::now();
    let compiler = loop {
        if let Some(pid) = compiler_in(&source) {
            break pid;
        }
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "no compiler was started"
        );
        thread::sleep(Duration::from_millis(50));
    };
    // What the kernel does when memory runs out.
    kill_process(compiler, Signal::KILL).expect("to kill it");
    let ran = workspace.finish(child).exits(3);
    assert_eq!(ran.verdict("start/add"), "blocked", "{}", ran.stdout);
    assert!(ran.stdout.contains("the memory ran out"), "{}", ran.stdout);
    assert_eq!(ran.verdict("start/double"), "passed", "{}", ran.stdout);
}

/// The compiler of `start/add`'s library in this workspace, once it is at work.
fn compiler_in(root: &str) -> Option<Pid> {
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let words = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        let here = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        if here.to_string_lossy() == root && words.contains("--crate-name\0start_add\0") {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            return Pid::from_raw(pid);
        }
    }
    None
}

#[test]
fn a_full_disk_is_no_compile_error() {
    let workspace = with(body("a.saturating_add(b)"));
    // Room for the runner's own files and the libraries, but not for a test binary.
    let Some(ran) = with_target_on(&workspace, "size=1500k") else {
        return;
    };
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "blocked", "{line:#}");
    assert!(
        line["blocked_by"].to_string().contains("the disk is full"),
        "{line:#}"
    );
    ran.exits(3);
}

/// Verifies `start/add` while the target folder is a small file system of its own; `None` where that cannot be.
fn with_target_on(workspace: &Workspace, options: &str) -> Option<Ran> {
    fs::create_dir(workspace.path("target")).expect("a folder");
    let mount = format!("mount -t tmpfs -o {options} none target && exec \"$@\"");
    let words = ["unshare", "--user", "--map-root-user", "--mount"];
    let outer = [&words[..], &["sh", "-c", &mount, "sh"]].concat();
    let ran = workspace.run_under(&outer, &["verify", "start/add", "--json"]);
    if ran.stderr.contains("unshare:") || ran.stderr.contains("mount:") {
        eprintln!("skipped: this machine lets nobody mount: {}", ran.stderr);
        return None;
    }
    Some(ran)
}

#[test]
fn a_test_that_the_system_does_not_start_is_no_failure() {
    let workspace = with(body("a.saturating_add(b)"));
    let Some(ran) = with_target_on(&workspace, "noexec") else {
        return;
    };
    let line = ran.exercise("start/add");
    assert_eq!(line["verdict"], "blocked", "{line:#}");
    assert!(
        line["blocked_by"].to_string().contains("noexec"),
        "{line:#}"
    );
    ran.exits(3);
}
