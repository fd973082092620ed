use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// Real output of wasm-pack 0.15.0 with wasm-bindgen 0.2.129; stacks are shortened.
macro_rules! stdout {
    ($name:literal) => {
        include_str!(concat!("samples/", $name, ".stdout.txt"))
    };
}

/// The same with what went to standard error.
macro_rules! sample {
    ($name:literal) => {
        (
            stdout!($name),
            include_str!(concat!("samples/", $name, ".stderr.txt")),
        )
    };
}

const MARK: &str = "s3cr3t:";

fn names(names: &str) -> Vec<String> {
    names.split(' ').map(str::to_owned).collect()
}

fn row(table: &mut String, what: &str, run: &WasmRun) {
    writeln!(
        table,
        "######## {what}: started {}, finished {}",
        run.started, run.finished
    )
    .unwrap();
    for test in &run.tests {
        writeln!(
            table,
            "==== {}: {}\n{}",
            test.id, test.verdict, test.message
        )
        .unwrap();
    }
    writeln!(
        table,
        "unresolved: {:?}, to isolate: {:?}",
        run.unresolved,
        run.to_isolate()
    )
    .unwrap();
}

#[test]
fn real_runs_in_node() {
    let mut table = String::new();
    for (what, stdout, expected) in [
        (
            "pass",
            stdout!("node-pass"),
            "adds_zero adds_later adds inner::nested",
        ),
        (
            "a test is missing",
            stdout!("node-pass"),
            "adds_zero adds_later adds inner::nested more",
        ),
        (
            "a test is not expected",
            stdout!("node-pass"),
            "adds_zero adds_later adds",
        ),
        (
            "fail",
            stdout!("node-fail"),
            "passes_before passes_after fails_with_output fails",
        ),
        (
            "panic",
            stdout!("node-panic"),
            "throws overflows_the_stack passes_after",
        ),
        ("exit", stdout!("node-exit"), "quits last honest"),
        ("forge_raw", stdout!("node-forge_raw"), "forged last honest"),
        (
            "forge_console",
            stdout!("node-forge_console"),
            "forged last honest",
        ),
        (
            "forge_exit",
            stdout!("node-forge_exit"),
            "forged last honest",
        ),
        (
            "hang_async",
            stdout!("node-hang_async"),
            "awaits_for_ever last first",
        ),
        ("ignored", stdout!("node-ignored"), "sleeps runs"),
    ] {
        row(
            &mut table,
            what,
            &parse(
                stdout,
                "p::t",
                BackendKind::WasmNode,
                &names(expected),
                None,
            ),
        );
    }
    insta::assert_snapshot!(table);
}

#[test]
fn real_runs_in_node_with_marks() {
    let mut table = String::new();
    for (what, stdout, expected) in [
        (
            "forge_exit",
            stdout!("node-preload-forge_exit"),
            "forged last honest",
        ),
        (
            "fail",
            stdout!("node-preload-fail"),
            "passes_before passes_after fails_with_output fails",
        ),
        (
            "hang_async",
            stdout!("node-preload-hang_async"),
            "awaits_for_ever last first",
        ),
        (
            "panic",
            stdout!("node-preload-panic"),
            "throws overflows_the_stack passes_after",
        ),
    ] {
        row(
            &mut table,
            what,
            &parse(
                stdout,
                "p::t",
                BackendKind::WasmNode,
                &names(expected),
                Some(MARK),
            ),
        );
    }
    insta::assert_snapshot!(table);
}

#[test]
fn real_runs_in_a_browser() {
    let mut table = String::new();
    for (what, stdout, expected) in [
        (
            "pass",
            stdout!("chromium-pass"),
            "adds_zero adds_later adds inner::nested",
        ),
        (
            "fail",
            stdout!("chromium-fail"),
            "passes_before passes_after fails_with_output fails",
        ),
        (
            "panic",
            stdout!("chromium-panic"),
            "throws overflows_the_stack passes_after",
        ),
        ("hang", stdout!("chromium-hang"), "hangs first"),
        (
            "hang_async",
            stdout!("chromium-hang_async"),
            "awaits_for_ever last first",
        ),
        (
            "forge_raw",
            stdout!("chromium-forge_raw"),
            "forged last honest",
        ),
        (
            "forge_console",
            stdout!("chromium-forge_console"),
            "forged last honest",
        ),
        (
            "forge_exit",
            stdout!("chromium-forge_exit"),
            "forged last honest",
        ),
        ("flood_raw", stdout!("chromium-flood_raw"), "floods"),
    ] {
        row(
            &mut table,
            what,
            &parse(
                stdout,
                "p::t",
                BackendKind::WasmBrowser,
                &names(expected),
                None,
            ),
        );
    }
    insta::assert_snapshot!(table);
}

#[test]
fn tests_that_ran_alone() {
    use BackendKind::{WasmBrowser as Browser, WasmNode as Node};
    use Ending::{Deadline, Failure, Success};
    let one_ok = "running 1 test\ntest t ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 3 filtered out; finished in 0.01s\n";
    let mut table = String::new();
    for (name, backend, ending, (stdout, stderr)) in [
        ("t", Node, Success, (one_ok, "")),
        ("t", Node, Failure, (one_ok, "")),
        ("other", Node, Success, (one_ok, "")),
        (
            "overflows_the_stack",
            Node,
            Failure,
            sample!("node-exact-overflows_the_stack"),
        ),
        (
            "returns_err",
            Node,
            Failure,
            sample!("node-exact-returns_err"),
        ),
        ("throws", Node, Failure, sample!("node-exact-throws")),
        ("t", Node, Success, ("running 1 test\n", "")),
        ("t", Node, Deadline, ("running 1 test\n", "")),
        ("t", Node, Success, ("no tests to run!\n", "")),
        (
            "t",
            Node,
            Failure,
            ("", "Error: Could not find 'wasm-bindgen-test-runner'.\n"),
        ),
        (
            "overflows_the_stack",
            Browser,
            Failure,
            sample!("chromium-exact-overflows_the_stack"),
        ),
        ("throws", Browser, Failure, sample!("chromium-exact-throws")),
        ("hangs", Browser, Failure, sample!("chromium-hang")),
        (
            "awaits_for_ever",
            Browser,
            Failure,
            sample!("chromium-hang_async"),
        ),
        ("forged", Browser, Failure, sample!("chromium-forge_exit")),
        (
            "t",
            Browser,
            Failure,
            ("", "Error: failed to spawn \"chromedriver\"\n"),
        ),
    ] {
        let result = alone(&Alone {
            id: &TestId::new("p::t", name),
            backend,
            stdout,
            stderr,
            mark: None,
            ending,
            millis: 0,
        });
        writeln!(
            table,
            "{name} in {backend}, {ending:?}: {}\n  {}",
            result.verdict,
            result.message.replace('\n', "\n  ")
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn lists_are_read_in_the_order_of_the_run() {
    assert_eq!(
        list(stdout!("node-list")),
        [
            "adds_zero",
            "adds_later",
            "adds",
            "inner::nested",
            "runs",
            "sleeps"
        ]
    );
}

#[test]
fn a_floods_forged_lines_do_not_count() {
    let run = parse(
        stdout!("node-flood_raw"),
        "p::t",
        BackendKind::WasmNode,
        &names("not_there"),
        None,
    );
    assert_eq!(run.tests, []);
}

/// A transcript as the harness writes it, of tests with these endings.
fn transcript(words: &[bool], mark: &str) -> String {
    let mut text = format!("{mark}running {} tests\n", words.len());
    for (at, &ok) in words.iter().enumerate() {
        writeln!(
            text,
            "{mark}test t{at} ... {}",
            if ok { "ok" } else { "FAIL" }
        )
        .unwrap();
    }
    let failed = words.iter().filter(|&&ok| !ok).count();
    let result = if failed == 0 { "ok" } else { "FAILED" };
    writeln!(text, "{mark}\n{mark}test result: {result}. {} passed; {failed} failed; 0 ignored; 0 filtered out; finished in 0.00s", words.len() - failed)
        .unwrap();
    text
}

fn forgery() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        (0..4usize).prop_map(|at| format!("test t{at} ... ok")),
        (0..4usize).prop_map(|n| format!(
            "test result: ok. {n} passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.00s"
        )),
        (0..4usize).prop_map(|n| format!("running {n} tests")),
        Just("failures:".to_owned()),
        Just(String::new()),
        "\\PC{0,20}",
    ];
    prop::collection::vec(line, 0..12)
        .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

proptest! {
    #[test]
    fn arbitrary_output_never_panics(stdout in "\\PC*") {
        let _ = parse(&stdout, "p::t", BackendKind::WasmBrowser, &names("a b"), None);
    }

    #[test]
    fn an_honest_run_is_believed(words in prop::collection::vec(any::<bool>(), 1..6)) {
        let expected: Vec<String> = (0..words.len()).map(|at| format!("t{at}")).collect();
        let run = parse(&transcript(&words, ""), "p::t", BackendKind::WasmNode, &expected, None);
        prop_assert!(run.finished);
        let passed: Vec<bool> = run.tests.iter().map(|test| test.verdict == Verdict::Passed).collect();
        prop_assert_eq!(passed, words);
    }

    /// Whatever is printed at any line of a run with a failure, the failure stays one.
    #[test]
    fn no_print_turns_a_failure_into_a_pass(
        words in prop::collection::vec(any::<bool>(), 1..4), forged in forgery(), at in any::<prop::sample::Index>(),
    ) {
        let expected: Vec<String> = (0..words.len()).map(|at| format!("t{at}")).collect();
        let honest = transcript(&words, "");
        let mut lines: Vec<&str> = honest.lines().collect();
        lines.insert(at.index(lines.len() + 1), forged.trim_end_matches('\n'));
        let run = parse(&lines.join("\n"), "p::t", BackendKind::WasmBrowser, &expected, None);
        for test in &run.tests {
            let index: usize = test.id.name[1..].parse().unwrap();
            prop_assert!(test.verdict != Verdict::Passed || words[index], "{} of {}", test.id, lines.join("\n"));
        }
    }

    /// With marks not even a run that is cut short can be completed by what the code prints.
    #[test]
    fn unmarked_lines_never_count(words in prop::collection::vec(any::<bool>(), 1..4), cut in 0..4usize, forged in forgery()) {
        let honest = transcript(&words, MARK);
        let begun: Vec<&str> = honest.lines().take(cut.min(words.len())).collect();
        let stdout = format!("{}\n{forged}", begun.join("\n"));
        let expected: Vec<String> = (0..4).map(|at| format!("t{at}")).collect();
        let run = parse(&stdout, "p::t", BackendKind::WasmNode, &expected, Some(MARK));
        prop_assert!(!run.finished);
        for test in &run.tests {
            let line = format!("{MARK}test {} ... ", test.id);
            prop_assert!(begun.iter().any(|begun| begun.starts_with(&line)), "{}", test.id);
        }
    }
}
