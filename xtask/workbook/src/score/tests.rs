use std::time::Duration;

use super::*;
use crate::outcome::{BackendKind, Verdict};

fn outcome(verdict: Verdict) -> Outcome {
    let id = "memory/shared-cache".parse().unwrap();
    let mut outcome = Outcome::judge(id, vec![], Duration::ZERO);
    outcome.verdict = verdict;
    outcome
}

fn exercise(points: u32) -> Exercise {
    Exercise {
        id: "memory/shared-cache".parse().unwrap(),
        package: String::new(),
        dir: "".into(),
        place: String::new(),
        title: String::new(),
        points,
        tier: crate::catalog::Tier::Core,
        backends: vec![BackendKind::Host],
        edit: vec![],
        needs: vec![],
        stub: crate::catalog::StubReason::Test(String::new()),
        gates: vec![],
        covers: vec![],
        timeout: Duration::ZERO,
        profile: crate::catalog::Profile::Dev,
        benches: false,
    }
}

use Verdict::*;

#[test]
fn only_a_pass_earns_points() {
    for verdict in [Failed, CompileError, TimedOut, Tampered, Blocked, Pending] {
        assert_eq!(points(&exercise(10), &outcome(verdict)), 0, "{verdict}");
    }
    assert_eq!(points(&exercise(10), &outcome(Passed)), 10);
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
    let table: &[(&[Verdict], u8, u8)] = &[
        (&[], 0, 0),
        (&[Passed], 0, 0),
        (&[Passed, Pending], 1, 0),
        (&[Passed, Blocked], 3, 3),
        (&[Blocked, Failed], 1, 1),
        (&[Failed, Blocked], 1, 1),
        (&[Blocked, Pending], 1, 3),
        (&[CompileError], 1, 1),
        (&[TimedOut], 1, 1),
        (&[Tampered, Passed], 1, 1),
    ];
    for (verdicts, strict, lenient) in table {
        let outcomes: Vec<Outcome> = verdicts.iter().copied().map(outcome).collect();
        assert_eq!(exit_code(&outcomes, false), *strict, "{verdicts:?}");
        assert_eq!(
            exit_code(&outcomes, true),
            *lenient,
            "{verdicts:?} with pending ones fine"
        );
    }
}
