use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use workbook::{
    catalog::{Exercise, Gate, Kind, Profile, StubReason, Tier},
    event::Event,
    judge::Outcome,
    outcome::{BackendKind, Blocker, Evidence, TestKind, Verdict},
};

use super::{Run, Tools};
use crate::{
    context::Context,
    exec::{
        Cmd, Exit, Output,
        mock::{Mock, output},
    },
    stage::Stage,
};

mod events;

/// An exercise for tests: `start/NAME`, on the host.
pub(crate) fn exercise(name: &str) -> Exercise {
    let id: workbook::id::ExerciseId = format!("start/{name}").parse().unwrap();
    let place = format!("00-start/01-{name}");
    Exercise {
        formerly: Vec::new(),
        package: id.package(),
        id,
        dir: Path::new("exercises").join(&place),
        place,
        title: name.to_owned(),
        points: 10,
        items: Vec::new(),
        tier: Tier::Core,
        backends: vec![BackendKind::Host],
        edit: vec![PathBuf::from("src/lib.rs")],
        needs: Vec::new(),
        artifacts: Vec::new(),
        stub: StubReason::Test("adds".to_owned()),
        gates: Vec::new(),
        covers: Vec::new(),
        timeout: Duration::from_secs(10),
        profile: Profile::Dev,
        kind: Kind::Tests,
        benches: false,
    }
}

/// A workspace on disk that holds these exercises.
pub(crate) fn workspace(names: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let manifest = "[workspace]\nmembers = [\"xtask\", \"exercises/*/*\"]\nexclude = [\"target\"]\n\n[workspace.dependencies]\nhelp = { path = \"exercises/support/help\" }\nserde = \"1\"\n";
    fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(root.path().join("Cargo.lock"), "version = 4\n").unwrap();
    for name in names {
        let dir = root.path().join(exercise(name).dir);
        fs::create_dir_all(dir.join("src")).unwrap();
        fs::write(dir.join("src/lib.rs"), "// stub").unwrap();
        fs::write(dir.join("Cargo.toml"), "").unwrap();
    }
    root
}

#[derive(Default)]
pub(super) struct Machine {
    pub(super) missing: Vec<Blocker>,
}

impl Tools for Machine {
    fn missing(&self, backend: BackendKind, _needs: &[String]) -> Vec<Blocker> {
        if backend == BackendKind::Qemu {
            self.missing.clone()
        } else {
            Vec::new()
        }
    }

    fn env(&self, _backend: BackendKind) -> Vec<(OsString, OsString)> {
        vec![("PATH".into(), "/tools".into())]
    }
}

/// What cargo prints for packages of which some do not compile.
pub(super) fn cargo_says(packages: &[(&str, bool)]) -> String {
    let mut lines = String::new();
    for (package, compiles) in packages {
        let id = format!("path+file:///w/{package}#{package}@0.1.0");
        let line = if *compiles {
            json!({"reason": "compiler-artifact", "package_id": id, "target": {"kind": ["test"], "name": "t"},
                "profile": {"test": true}, "executable": format!("/w/{package}-t"), "fresh": false})
        } else {
            json!({"reason": "compiler-message", "package_id": id, "message": {"level": "error", "message": "mismatched types",
                "code": {"code": "E0308"}, "rendered": "error[E0308]: mismatched types\n"}})
        };
        lines.push_str(&format!("{line}\n"));
    }
    let success = packages.iter().all(|(_, compiles)| *compiles);
    lines + &json!({"reason": "build-finished", "success": success}).to_string()
}

/// Writes the report that nextest would leave for a command.
pub(super) fn nextest_leaves(cmd: &Cmd, failing: bool) -> io::Result<Output> {
    let line = cmd.line();
    let config = PathBuf::from(
        line.split("--config-file ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap(),
    );
    let body = if failing {
        "<failure message=\"m\" type=\"test failure\">thread 'adds' panicked at src/lib.rs:1:1:\nno</failure>"
    } else {
        ""
    };
    let failures = usize::from(failing);
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nextest-run\" tests=\"1\" failures=\"{failures}\" errors=\"0\">\
         <testsuite name=\"p::t\" tests=\"1\" disabled=\"0\" errors=\"0\" failures=\"{failures}\">\
         <testcase name=\"adds\" classname=\"p::t\" time=\"0.004\">{body}</testcase></testsuite></testsuites>"
    );
    let report = super::nextest::junit_file(config.parent().unwrap());
    fs::create_dir_all(report.parent().unwrap())?;
    fs::write(report, xml)?;
    Ok(output(if failing { 100 } else { 0 }, "", ""))
}

/// Exercises of which nothing is known.
pub(super) fn asked<'a>(exercises: &[&'a Exercise]) -> Vec<(&'a Exercise, Vec<Evidence>)> {
    exercises.iter().map(|&one| (one, Vec::new())).collect()
}

/// How many exercises were told to be judged.
fn judged(heard: &[Event]) -> usize {
    let finished = |event: &&Event| matches!(event, Event::Finished { .. });
    heard.iter().filter(finished).count()
}

fn check(
    mock: Mock,
    missing: Vec<Blocker>,
    exercises: &[&Exercise],
) -> (BTreeMap<String, Outcome>, Vec<Event>) {
    let names: Vec<&str> = exercises
        .iter()
        .map(|exercise| exercise.id.name())
        .collect();
    let root = workspace(&names);
    let ctx = Context::for_tests(root.path(), mock);
    let stage = Stage::learner(&ctx);
    let heard = Mutex::new(Vec::new());
    let on_event = |event: Event| heard.lock().unwrap().push(event);
    let run = Run {
        ctx: &ctx,
        tools: &Machine { missing },
        stage: &stage,
        on_event: &on_event,
    };
    let outcomes = run.check(asked(exercises)).unwrap();
    let named = outcomes
        .into_iter()
        .map(|outcome| (outcome.id().name().to_owned(), outcome))
        .collect();
    (named, heard.into_inner().unwrap())
}

#[test]
fn one_that_does_not_compile_leaves_the_others_alone() {
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.starts_with("cargo build") => Ok(output(
            101,
            &cargo_says(&[("start-good", true), ("start-bad", false)]),
            "",
        )),
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        line if line.starts_with("cargo-nextest") => nextest_leaves(cmd, false),
        line => panic!("unexpected: {line}"),
    });
    let (outcomes, heard) = check(mock, Vec::new(), &[&exercise("good"), &exercise("bad")]);
    assert_eq!(outcomes["good"].verdict(), Verdict::Passed);
    assert_eq!(outcomes["bad"].verdict(), Verdict::CompileError);
    assert_eq!(outcomes["bad"].compile_error().unwrap().codes, ["E0308"]);
    assert_eq!(judged(&heard), 2);
}

#[test]
fn what_is_blocked_is_named_and_not_started() {
    let on_board = Exercise {
        backends: vec![BackendKind::Qemu],
        ..exercise("board")
    };
    let mock = Mock::new(|cmd| panic!("nothing may start: {}", cmd.line()));
    let missing = vec![Blocker::new("qemu-system-arm", "apt install it")];
    let (outcomes, _) = check(mock, missing.clone(), &[&on_board]);
    assert_eq!(outcomes["board"].verdict(), Verdict::Blocked);
    assert_eq!(outcomes["board"].blocked_by(), missing);
}

#[test]
fn a_nextest_without_a_report_is_a_broken_tool_and_no_zero() {
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.starts_with("cargo build") => {
            Ok(output(0, &cargo_says(&[("start-one", true)]), ""))
        }
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        _ => Ok(output(96, "", "error: out of cheese")),
    });
    let (outcomes, _) = check(mock, Vec::new(), &[&exercise("one")]);
    assert_eq!(outcomes["one"].verdict(), Verdict::Blocked);
    assert!(
        outcomes["one"].blocked_by()[0]
            .what
            .contains("out of cheese")
    );
}

#[test]
fn a_report_of_a_former_run_does_not_count() {
    let started = AtomicUsize::new(0);
    let mock = Mock::new(move |cmd| match cmd.line() {
        line if line.starts_with("cargo build") => {
            Ok(output(0, &cargo_says(&[("start-one", true)]), ""))
        }
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        // The second time it dies before it reports.
        _ if started.fetch_add(1, Ordering::SeqCst) == 0 => nextest_leaves(cmd, false),
        _ => Ok(Output {
            exit: Exit::Signal(9),
            ..output(0, "", "killed")
        }),
    });
    let root = workspace(&["one"]);
    let ctx = Context::for_tests(root.path(), mock);
    let stage = Stage::learner(&ctx);
    let run = Run {
        ctx: &ctx,
        tools: &Machine {
            missing: Vec::new(),
        },
        stage: &stage,
        on_event: &|_| {},
    };
    let one = exercise("one");
    assert_eq!(
        run.check(asked(&[&one])).unwrap()[0].verdict(),
        Verdict::Passed
    );
    assert_eq!(
        run.check(asked(&[&one])).unwrap()[0].verdict(),
        Verdict::Blocked
    );
}

#[test]
fn gates_are_asked_once_for_all_that_passed_and_can_fail_them() {
    let gated = |name| Exercise {
        gates: vec![Gate::NoUnsafe, Gate::Docs],
        ..exercise(name)
    };
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.starts_with("cargo build") => Ok(output(
            0,
            &cargo_says(&[("start-a", true), ("start-b", true), ("start-c", true)]),
            "",
        )),
        line if line.starts_with("cargo metadata") => Ok(output(0, "{}", "")),
        line if line.starts_with("cargo-nextest") => nextest_leaves(cmd, line.contains("start-c")),
        line if line.starts_with("cargo clippy") => {
            assert!(
                line.contains("-p start-a -p start-b") && !line.contains("start-c"),
                "{line}"
            );
            // Clippy tells of each package that it is through with.
            let through = json!({"reason": "compiler-artifact", "package_id": "path+file:///w/start-a#start-a@0.1.0", "target":
                {"name": "start_a", "kind": ["lib"]}, "profile": {"test": false}, "executable": null, "fresh": false});
            let lint = json!({"reason": "compiler-message", "package_id": "path+file:///w/start-b#start-b@0.1.0", "message":
                {"level": "error", "message": "usage of an `unsafe` block", "code": {"code": "unsafe_code"}, "rendered": "error: unsafe\n"}});
            Ok(output(
                101,
                &format!(
                    "{through}\n{lint}\n{}",
                    json!({"reason": "build-finished", "success": false})
                ),
                "",
            ))
        }
        line => panic!("unexpected: {line}"),
    });
    let (outcomes, heard) = check(mock, Vec::new(), &[&gated("a"), &gated("b"), &gated("c")]);
    assert_eq!(outcomes["a"].verdict(), Verdict::Passed);
    assert_eq!(outcomes["b"].verdict(), Verdict::Failed);
    assert_eq!(outcomes["c"].verdict(), Verdict::Failed);
    let gate = outcomes["b"]
        .tests()
        .iter()
        .find(|test| test.kind == TestKind::Gate && test.id.name == "no-unsafe")
        .unwrap();
    assert_eq!(
        (gate.verdict, gate.message.as_str()),
        (Verdict::Failed, "error: unsafe\n")
    );
    assert_eq!(judged(&heard), 3);
}

#[test]
fn a_cargo_that_prints_no_messages_stops_the_run_with_its_words() {
    let root = workspace(&["one"]);
    let ctx = Context::for_tests(
        root.path(),
        Mock::new(|_| Ok(output(101, "", "error: failed to parse manifest"))),
    );
    let stage = Stage::learner(&ctx);
    let run = Run {
        ctx: &ctx,
        tools: &Machine {
            missing: Vec::new(),
        },
        stage: &stage,
        on_event: &|_| {},
    };
    let error = run
        .check(asked(&[&exercise("one")]))
        .unwrap_err()
        .to_string();
    assert!(error.contains("failed to parse manifest"), "{error}");
}
