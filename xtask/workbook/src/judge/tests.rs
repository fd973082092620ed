use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    mutants::Mutant,
    outcome::{BackendKind, TestId},
};

fn test(verdict: Verdict) -> TestResult {
    TestResult {
        millis: 1,
        ..TestResult::new(TestId::new("p::a", "t"), BackendKind::Host, verdict, "")
    }
}

fn tests(verdicts: &[Verdict]) -> Evidence {
    Evidence::Tests(verdicts.iter().copied().map(test).collect())
}

fn blocked() -> Evidence {
    Evidence::Blocked(Blocker::new("no QEMU", "install it"))
}

fn judge(evidence: Vec<Evidence>) -> Outcome {
    let mut case = Case::new("memory/shared-cache".parse().unwrap());
    case.add(evidence);
    case.took(Duration::from_millis(5));
    case.judge()
}

#[test]
fn evidence_becomes_a_verdict() {
    use Verdict::*;
    let error = || Evidence::CompileError(super::CompileError::default());
    let tampered = || Evidence::Tampered(vec!["tests/a.rs".to_owned()]);
    let refused = || Evidence::Refused("src/lib.rs is a link".to_owned());
    let note = || Evidence::Note("read it".to_owned());
    use Evidence::Untouched;
    let table = [
        (vec![tests(&[Passed])], Passed),
        (vec![tests(&[Passed]), tests(&[Passed, Passed])], Passed),
        (vec![tests(&[Passed, Failed])], Failed),
        (vec![tests(&[Passed, TimedOut])], TimedOut),
        (vec![tests(&[TimedOut, Failed])], Failed),
        (vec![tests(&[Passed]), Evidence::Gate(test(Passed))], Passed),
        (vec![tests(&[Passed]), Evidence::Gate(test(Failed))], Failed),
        (vec![error()], CompileError),
        (vec![tests(&[Passed]), error()], CompileError),
        (vec![tests(&[Failed]), error()], CompileError),
        (vec![tampered()], Tampered),
        (
            vec![tampered(), error(), tests(&[Failed]), blocked()],
            Tampered,
        ),
        (vec![blocked()], Blocked),
        (vec![tests(&[Passed]), blocked()], Blocked),
        (vec![tests(&[Failed]), blocked()], Failed),
        (vec![tests(&[TimedOut]), blocked()], TimedOut),
        // What earns nothing: no evidence, no test, a test that could not run.
        (vec![], Blocked),
        (vec![tests(&[])], Blocked),
        (vec![tests(&[Passed]), tests(&[])], Blocked),
        (vec![Evidence::Gate(test(Passed))], Blocked),
        (vec![tests(&[Passed, Blocked])], Blocked),
        (vec![tests(&[Passed, Pending])], Blocked),
        // A submission that can't be taken, whatever else is known of it.
        (vec![refused()], Refused),
        (vec![tests(&[Passed]), refused(), tampered()], Refused),
        // The stub, untouched: what it fails by is nobody's failure.
        (vec![Untouched], Pending),
        (vec![Untouched, note()], Pending),
        (vec![Untouched, tests(&[Failed, Passed])], Pending),
        (vec![tests(&[TimedOut]), Untouched, blocked()], Pending),
        (vec![error(), Untouched], Pending),
        (vec![Untouched, tests(&[Passed])], Passed),
        (vec![Untouched, blocked()], Blocked),
        (vec![Untouched, tests(&[])], Blocked),
        (vec![note()], Blocked),
        (vec![note(), tests(&[Passed])], Passed),
    ];
    for (evidence, verdict) in table {
        let outcome = judge(evidence.clone());
        assert_eq!(outcome.verdict, verdict, "{evidence:?}");
        if matches!(verdict, Blocked | Pending) {
            assert_eq!(
                outcome.blocked_by.is_empty(),
                verdict == Pending,
                "who is told what blocks {evidence:?}?"
            );
        }
    }
}

#[test]
fn outcomes_survive_a_cache() {
    let error = super::CompileError {
        codes: vec!["E0382".to_owned()],
        rendered: "error".to_owned(),
    };
    for evidence in [
        tests(&[Verdict::Passed, Verdict::Failed]),
        blocked(),
        Evidence::CompileError(error),
    ] {
        let outcome = judge(vec![evidence]);
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(
            serde_json::from_str::<Outcome>(&text).unwrap(),
            outcome,
            "{text}"
        );
    }
}

#[test]
fn what_may_go_better_next_time_is_not_kept() {
    use Verdict::*;
    let table = [
        (vec![tests(&[Passed])], true),
        (vec![tests(&[Failed])], true),
        (vec![tests(&[Passed]), blocked()], false),
        (vec![tests(&[TimedOut])], false),
        (vec![Evidence::Untouched], false),
        (vec![Evidence::Untouched, tests(&[Failed])], true),
        (vec![Evidence::Untouched, tests(&[Failed, TimedOut])], false),
    ];
    for (evidence, is_repeatable) in table {
        assert_eq!(
            judge(evidence.clone()).is_repeatable(),
            is_repeatable,
            "{evidence:?}"
        );
    }
}

#[test]
fn hidden_tests_are_told_by_their_binary() {
    let hidden = Evidence::Hidden(BTreeSet::from(["p::secret".to_owned()]));
    let of = |binary: &str| TestResult {
        id: TestId::new(binary, "t"),
        ..test(Verdict::Passed)
    };
    // Two tests of one name, of which one is hidden.
    let outcome = judge(vec![
        hidden,
        Evidence::Tests(vec![of("p::a"), of("p::secret")]),
    ]);
    let hidden: Vec<bool> = outcome.tests().iter().map(|test| test.hidden).collect();
    assert_eq!(hidden, [false, true]);
}

#[test]
fn gates_come_after_tests_and_mutants() {
    let mutant = Mutant {
        slug: "zero".to_owned(),
        why: String::new(),
    };
    let outcome = judge(vec![
        Evidence::Gate(TestResult::gate("p", "docs", "")),
        Evidence::Mutant(mutant, Box::new(tests(&[Verdict::Failed]))),
        tests(&[Verdict::Passed]),
    ]);
    let labels: Vec<String> = outcome.tests().iter().map(TestResult::label).collect();
    assert_eq!(labels, ["t", "mutant:zero", "gate: docs"]);
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(Verdict::ALL.to_vec())
}

fn mutant() -> Mutant {
    Mutant {
        slug: "zero".to_owned(),
        why: "it is wrong".to_owned(),
    }
}

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        prop::collection::vec(verdict(), 0..4).prop_map(|verdicts| tests(&verdicts)),
        verdict().prop_map(|verdict| Evidence::Gate(test(verdict))),
        Just(Evidence::CompileError(CompileError::default())),
        Just(Evidence::Tampered(vec!["a".to_owned()])),
        Just(Evidence::Refused("a link".to_owned())),
        Just(Evidence::Note("read it".to_owned())),
        Just(Evidence::Hidden(BTreeSet::from(["p::a".to_owned()]))),
        Just(blocked()),
        verdict().prop_map(|verdict| Evidence::Mutant(mutant(), Box::new(tests(&[verdict])))),
        verdict().prop_map(|verdict| Evidence::Again(Box::new(tests(&[verdict])))),
    ]
}

proptest! {
    /// A pass is earned: at least one test, and nothing that speaks against it.
    #[test]
    fn only_passed_tests_make_a_pass(evidence in prop::collection::vec(evidence(), 0..5)) {
        let all_well = evidence.iter().all(|piece| match piece {
            Evidence::Tests(tests) => !tests.is_empty() && tests.iter().all(|test| test.verdict == Verdict::Passed),
            Evidence::Gate(gate) => gate.verdict == Verdict::Passed,
            Evidence::Mutant(_, seen) => **seen == tests(&[Verdict::Failed]) || **seen == tests(&[Verdict::TimedOut]),
            // A second run may only speak against.
            Evidence::Again(seen) => **seen != tests(&[Verdict::Failed]) && **seen != tests(&[Verdict::TimedOut]),
            Evidence::Note(_) | Evidence::Hidden(_) => true,
            _ => false,
        });
        let any_test = evidence.iter().any(|piece| matches!(piece, Evidence::Tests(tests) if !tests.is_empty()));
        prop_assert_eq!(judge(evidence).verdict == Verdict::Passed, all_well && any_test);
    }

    /// A stub is never told to have failed.
    #[test]
    fn an_untouched_stub_fails_by_nothing(mut evidence in prop::collection::vec(evidence(), 0..5)) {
        evidence.push(Evidence::Untouched);
        let verdict = judge(evidence).verdict;
        prop_assert!(!matches!(verdict, Verdict::Failed | Verdict::CompileError | Verdict::TimedOut));
    }

    /// The order in which backends finish decides nothing.
    #[test]
    fn order_does_not_matter(evidence in prop::collection::vec(evidence(), 0..5)) {
        let mut reversed = evidence.clone();
        reversed.reverse();
        prop_assert_eq!(judge(evidence).verdict, judge(reversed).verdict);
    }
}
