use proptest::prelude::*;

use super::*;

fn test(verdict: Verdict) -> TestResult {
    TestResult {
        millis: 1,
        ..TestResult::new("t", BackendKind::Host, verdict, "")
    }
}

fn tests(verdicts: &[Verdict]) -> Evidence {
    Evidence::Tests(verdicts.iter().copied().map(test).collect())
}

fn blocked() -> Evidence {
    Evidence::Blocked(Blocker {
        what: "no QEMU".to_owned(),
        mend: "install it".to_owned(),
    })
}

fn judge(evidence: Vec<Evidence>) -> Outcome {
    let id = "memory/shared-cache".parse().unwrap();
    Outcome::judge(id, evidence, Duration::from_millis(5))
}

#[test]
fn evidence_becomes_a_verdict() {
    use Verdict::*;
    let error = || Evidence::CompileError(super::CompileError::default());
    let tampered = || Evidence::Tampered(vec!["tests/a.rs".to_owned()]);
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
    ];
    for (evidence, verdict) in table {
        let outcome = judge(evidence.clone());
        assert_eq!(outcome.verdict, verdict, "{evidence:?}");
        if verdict == Blocked {
            assert!(
                !outcome.blocked_by.is_empty(),
                "nobody is told what blocks {evidence:?}"
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

fn verdict() -> impl Strategy<Value = Verdict> {
    use Verdict::*;
    prop::sample::select(vec![
        Passed,
        Failed,
        CompileError,
        TimedOut,
        Tampered,
        Blocked,
        Pending,
    ])
}

fn evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        prop::collection::vec(verdict(), 0..4).prop_map(|verdicts| tests(&verdicts)),
        verdict().prop_map(|verdict| Evidence::Gate(test(verdict))),
        Just(Evidence::CompileError(CompileError::default())),
        Just(Evidence::Tampered(vec!["a".to_owned()])),
        Just(blocked()),
    ]
}

proptest! {
    /// A pass is earned: at least one test, and nothing that speaks against it.
    #[test]
    fn only_passed_tests_make_a_pass(evidence in prop::collection::vec(evidence(), 0..5)) {
        let all_well = evidence.iter().all(|piece| match piece {
            Evidence::Tests(tests) => !tests.is_empty() && tests.iter().all(|test| test.verdict == Verdict::Passed),
            Evidence::Gate(gate) => gate.verdict == Verdict::Passed,
            _ => false,
        });
        let any_test = evidence.iter().any(|piece| matches!(piece, Evidence::Tests(tests) if !tests.is_empty()));
        prop_assert_eq!(judge(evidence).verdict == Verdict::Passed, all_well && any_test);
    }

    /// The order in which backends finish decides nothing.
    #[test]
    fn order_does_not_matter(evidence in prop::collection::vec(evidence(), 0..5)) {
        let mut reversed = evidence.clone();
        reversed.reverse();
        prop_assert_eq!(judge(evidence).verdict, judge(reversed).verdict);
    }
}
