use std::{fmt::Write, sync::LazyLock};

use proptest::prelude::*;

use super::*;

/// Written by cargo-nextest 0.9.143, a case a kind of ending; long outputs are shortened.
const NEXTEST: &str = include_str!("samples/nextest.xml");

static WHOLE: LazyLock<Vec<TestResult>> =
    LazyLock::new(|| parse(NEXTEST, BackendKind::Host).unwrap());

#[test]
fn real_reports_give_each_test_its_verdict_and_message() {
    let mut table = String::new();
    let mut binary = "";
    for test in WHOLE.iter() {
        if test.id.binary != binary {
            binary = &test.id.binary;
            writeln!(table, "######## {binary}").unwrap();
        }
        writeln!(
            table,
            "==== {}: {}, {} ms\n{}",
            test.id, test.verdict, test.millis, test.message
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}

fn report(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run"><testsuite name="p::t" tests="1" skipped="0" errors="0" failures="0">{body}</testsuite></testsuites>"#
    )
}

#[test]
fn what_nextest_could_not_start_is_nobodys_failure() {
    let xml = report(
        r#"<testcase name="t"><error message="no such file" type="execution failure"/></testcase>"#,
    );
    let tests = parse(&xml, BackendKind::Host).unwrap();
    assert_eq!(tests[0].verdict, Verdict::Blocked);
    assert_eq!(
        tests[0].message,
        "nextest could not run the test: no such file"
    );
}

#[test]
fn skipped_tests_have_no_result() {
    let xml = report(r#"<testcase name="t"><skipped/></testcase>"#);
    assert_eq!(parse(&xml, BackendKind::Host).unwrap(), []);
}

#[test]
fn long_messages_are_cut() {
    let flood = "line of output, and more of it on the same line\n".repeat(2 * OUTPUT / 50);
    let xml = report(&format!(
        r#"<testcase name="t"><failure type="test failure with exit code 101"/><system-out>{flood}</system-out><system-err>{flood}thread 't' (1) panicked at a.rs:1:1:
{}</system-err></testcase>"#,
        "x".repeat(300_000)
    ));
    let message = &parse(&xml, BackendKind::Host).unwrap()[0].message;
    assert!(
        message.starts_with("thread 't' panicked at a.rs:1:1:\nxxx"),
        "{}",
        &message[..200]
    );
    assert!(message.len() < MESSAGE + 100, "{}", message.len());
}

#[test]
fn a_board_that_cannot_be_started_is_no_failure() {
    let xml = report(
        "<testcase name=\"t\"><failure type=\"test failure with exit code 3\"/><system-err>error: failed to run `qemu-system-arm`</system-err></testcase>",
    );
    let verdict = |backend| {
        let test = parse(&xml, backend).unwrap().remove(0);
        assert!(
            test.message.contains("failed to run `qemu-system-arm`"),
            "{}",
            test.message
        );
        test.verdict
    };
    assert_eq!(verdict(BackendKind::Qemu), Verdict::Blocked);
    // Elsewhere, code under test can end with any code.
    assert_eq!(verdict(BackendKind::Host), Verdict::Failed);
}

#[test]
fn characters_that_xml_forbids_do_no_harm() {
    let xml = report(
        "<testcase name=\"t\"><failure type=\"test failure with exit code 101\"/><system-err>a\u{0}\u{1}\u{fffe}\u{1b}[31mred</system-err></testcase>",
    );
    let tests = parse(&xml, BackendKind::Host).unwrap();
    assert_eq!(tests[0].verdict, Verdict::Failed);
    assert!(!tests[0].message.contains('\u{1b}'));
}

proptest! {
    /// Whatever the file holds, reading it ends in tests or an error.
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*") {
        let _ = parse(&text, BackendKind::Host);
    }

    /// A cut report, as a full disk leaves it, is an error or a part of the whole; it never turns
    /// a failure into a pass.
    #[test]
    fn a_cut_report_invents_no_pass(at in 0..NEXTEST.len()) {
        let cut = NEXTEST.floor_char_boundary(at);
        for test in parse(&NEXTEST[..cut], BackendKind::Host).unwrap_or_default() {
            let same = WHOLE.iter().find(|other| other.id == test.id).unwrap();
            prop_assert!(test.verdict != Verdict::Passed || same.verdict == Verdict::Passed, "{}", test.id);
        }
    }

    /// What a failing test prints, it still fails.
    #[test]
    fn output_decides_nothing(out in "[^<&]{0,200}", err in "[^<&]{0,200}") {
        let xml = report(&format!(r#"<testcase name="t"><failure type="test failure with exit code 101"/><system-out>{out}</system-out><system-err>{err}</system-err></testcase>"#));
        for test in parse(&xml, BackendKind::Host).unwrap_or_default() {
            prop_assert_eq!(test.verdict, Verdict::Failed);
        }
    }
}
