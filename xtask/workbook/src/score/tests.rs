use std::time::Duration;

use super::*;
use crate::{
    catalog::Kind,
    judge::Case,
    outcome::{BackendKind, Blocker, Evidence, TestId, TestKind, TestResult, Verdict},
};

fn test(name: &str, verdict: Verdict) -> TestResult {
    TestResult::new(TestId::new("p::t", name), BackendKind::Host, verdict, "")
}

/// Some outcome of this verdict.
fn outcome(verdict: Verdict) -> Outcome {
    judged(match verdict {
        Passed | Failed | TimedOut => Evidence::Tests(vec![test("t", verdict)]),
        CompileError => Evidence::CompileError(Default::default()),
        Tampered => Evidence::Tampered(vec!["tests/t.rs".to_owned()]),
        Refused => Evidence::Refused("a link".to_owned()),
        Blocked => Evidence::Blocked(Blocker::new("no QEMU", "install it")),
        Pending => Evidence::Untouched,
    })
}

fn judged(evidence: Evidence) -> Outcome {
    let mut case = Case::new("memory/shared-cache".parse().unwrap());
    case.add([evidence]);
    case.judge()
}

fn exercise(points: u32) -> Exercise {
    Exercise {
        formerly: Vec::new(),
        id: "memory/shared-cache".parse().unwrap(),
        package: String::new(),
        dir: "".into(),
        place: String::new(),
        title: String::new(),
        points,
        items: vec![],
        tier: crate::catalog::Tier::Core,
        backends: vec![BackendKind::Host],
        edit: vec![],
        needs: vec![],
        artifacts: Vec::new(),
        stub: crate::catalog::StubReason::Test(String::new()),
        gates: vec![],
        covers: vec![],
        timeout: Duration::ZERO,
        profile: crate::catalog::Profile::Dev,
        kind: Kind::Tests,
        benches: false,
    }
}

use Verdict::*;

#[test]
fn only_a_pass_earns_points() {
    for verdict in Verdict::ALL {
        let earned = if verdict == Passed { 10 } else { 0 };
        assert_eq!(outcome(verdict).verdict(), verdict);
        assert_eq!(
            points(&exercise(10), &outcome(verdict)),
            earned,
            "{verdict}"
        );
    }
}

/// An exercise of three items, and a test of its own.
fn by_item(tests: &[(&str, Verdict)]) -> u32 {
    let mut exercise = exercise(20);
    exercise.items = ["security", "doc", "speed"].map(str::to_owned).into();
    let tests = tests
        .iter()
        .map(|(name, verdict)| match name.strip_prefix("doc: ") {
            Some(name) => TestResult {
                kind: TestKind::Doc,
                ..test(name, *verdict)
            },
            None => test(name, *verdict),
        });
    let outcome = judged(Evidence::Tests(tests.collect()));
    points(&exercise, &outcome)
}

#[test]
fn an_item_is_earned_when_all_of_its_tests_pass() {
    let tests = [
        ("security_of_names", Passed),
        ("security_of_sizes", Passed),
        ("documentation_is_there", Passed),
        ("doc: src/lib.rs - (line 5)", Failed),
        ("speed_is_linear", TimedOut),
        ("works_as_before", Passed),
    ];
    assert_eq!(by_item(&tests), 6, "one of three items, rounded down");
    let two_of_three = [tests[0], tests[2], tests[4]];
    assert_eq!(by_item(&two_of_three), 13);
    assert_eq!(by_item(&tests[3..]), 0);
    assert_eq!(by_item(&[]), 0);
    let untested = [tests[0], tests[3]];
    assert_eq!(
        by_item(&untested),
        6,
        "an item without a test is not earned"
    );
}

#[test]
fn what_belongs_to_no_item_is_a_condition_for_all() {
    let tests = [
        ("security_of_names", Passed),
        ("speed_is_linear", Failed),
        ("works_as_before", Failed),
    ];
    assert_eq!(by_item(&tests), 0);
    assert_eq!(by_item(&tests[..2]), 6);
}

#[test]
fn totals_count_all_that_was_asked_for() {
    let pairs = [
        (exercise(5), outcome(Passed)),
        (exercise(10), outcome(Failed)),
        (exercise(20), outcome(Blocked)),
        (exercise(7), outcome(Passed)),
    ];
    let sums = totals(pairs.iter().map(|(exercise, outcome)| (exercise, outcome)));
    assert_eq!(
        sums,
        Totals {
            passed: 2,
            points: 12,
            max_points: 42
        }
    );
    assert_eq!(totals([]), Totals::default());
}

#[test]
fn exit_codes() {
    let table: &[(&[Verdict], Exit, Exit)] = &[
        (&[], Exit::Done, Exit::Done),
        (&[Passed], Exit::Done, Exit::Done),
        (&[Passed, Pending], Exit::Failed, Exit::Done),
        (&[Passed, Blocked], Exit::Blocked, Exit::Blocked),
        (&[Blocked, Failed], Exit::Failed, Exit::Failed),
        (&[Failed, Blocked], Exit::Failed, Exit::Failed),
        (&[Blocked, Pending], Exit::Failed, Exit::Blocked),
        (&[CompileError], Exit::Failed, Exit::Failed),
        (&[TimedOut], Exit::Failed, Exit::Failed),
        (&[Tampered, Passed], Exit::Failed, Exit::Failed),
        (&[Refused, Blocked], Exit::Failed, Exit::Failed),
    ];
    for (verdicts, strict, lenient) in table {
        let outcomes: Vec<Outcome> = verdicts.iter().copied().map(outcome).collect();
        assert_eq!(exit(&outcomes, false), *strict, "{verdicts:?}");
        assert_eq!(
            exit(&outcomes, true),
            *lenient,
            "{verdicts:?} with pending ones fine"
        );
    }
}
