use super::*;
use crate::{judge::Case, outcome::CompileError as Refusal};

fn test(name: &str, verdict: Verdict) -> TestResult {
    let message = if verdict == Verdict::Passed { "" } else { "no" };
    let id = TestId::new("testing-laws::laws", name);
    TestResult::new(id, BackendKind::Host, verdict, message)
}

fn tests(results: &[(&str, Verdict)]) -> Evidence {
    Evidence::Tests(
        results
            .iter()
            .map(|(name, verdict)| test(name, *verdict))
            .collect(),
    )
}

fn mutant(slug: &str) -> Mutant {
    Mutant {
        slug: slug.to_owned(),
        why: format!("{slug} is wrong"),
    }
}

/// The outcome of two tests that accept the given code, and of what else was seen.
fn judged(again: Evidence, mutants: Vec<(&str, Evidence)>) -> Outcome {
    use Verdict::Passed;
    let mut case = Case::new("testing/laws".parse().unwrap());
    case.add([
        tests(&[("a", Passed), ("b", Passed)]),
        Evidence::Again(Box::new(again)),
    ]);
    let mutants = mutants.into_iter();
    case.add(mutants.map(|(slug, seen)| Evidence::Mutant(mutant(slug), Box::new(seen))));
    case.judge()
}

fn fine() -> Evidence {
    tests(&[("a", Verdict::Passed), ("b", Verdict::Passed)])
}

fn of<'a>(outcome: &'a Outcome, name: &str) -> &'a TestResult {
    let mut tests = outcome.tests().iter();
    tests.find(|test| test.label() == name).unwrap()
}

#[test]
fn a_mutant_is_killed_by_each_test_that_rejects_it() {
    use Verdict::*;
    let outcome = judged(
        fine(),
        vec![
            ("zero", tests(&[("b", Failed), ("a", TimedOut)])),
            ("one", tests(&[("a", Passed), ("b", Failed)])),
        ],
    );
    assert_eq!(outcome.verdict(), Passed);
    let killers = |name| {
        let killers = of(&outcome, name).killed_by.iter();
        killers.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(killers("mutant:zero"), ["a", "b"]);
    assert_eq!(killers("mutant:one"), ["b"]);
    assert_eq!(of(&outcome, "mutant:one").kind, TestKind::Mutant);
}

#[test]
fn a_survivor_fails_the_exercise_and_says_what_it_does_wrong() {
    let outcome = judged(fine(), vec![("zero", fine()), ("one", tests(&[]))]);
    assert_eq!(outcome.verdict(), Verdict::Failed);
    let zero = of(&outcome, "mutant:zero");
    assert_eq!(
        (zero.verdict, zero.message.as_str()),
        (Verdict::Failed, "survived: zero is wrong")
    );
    assert_eq!(of(&outcome, "mutant:one").verdict, Verdict::Failed);
}

#[test]
fn what_could_not_be_seen_is_blocked_and_no_kill() {
    use Verdict::*;
    let blocker = Blocker::new("no nextest", "install it");
    for seen in [
        Evidence::CompileError(Refusal::default()),
        Evidence::Blocked(blocker),
        tests(&[("a", Passed), ("b", Blocked)]),
    ] {
        let outcome = judged(fine(), vec![("zero", seen.clone())]);
        assert_eq!(outcome.verdict(), Blocked, "{seen:?}");
        assert_eq!(outcome.blocked_by().len(), 1, "{seen:?}");
        // A survivor is told even beside it.
        let outcome = judged(fine(), vec![("zero", seen.clone()), ("one", fine())]);
        assert_eq!(outcome.verdict(), Failed, "{seen:?}");
    }
    let outcome = judged(
        fine(),
        vec![("zero", Evidence::CompileError(Refusal::default()))],
    );
    assert_eq!(of(&outcome, "mutant:zero").verdict, CompileError);
    let again = Evidence::CompileError(Refusal::default());
    let outcome = judged(again, vec![("zero", tests(&[("a", Failed)]))]);
    assert_eq!(outcome.verdict(), Blocked);
}

#[test]
fn a_test_that_fails_by_where_it_runs_is_no_pass() {
    use Verdict::*;
    let again = tests(&[("a", Passed), ("b", Failed)]);
    let outcome = judged(again, vec![("zero", tests(&[("b", Failed)]))]);
    assert_eq!(outcome.verdict(), Failed);
    assert!(
        of(&outcome, "b")
            .message
            .starts_with("this test accepted the given code in one run"),
        "{outcome:?}"
    );
}

#[test]
fn only_the_learners_own_tests_are_told_to_reject_right_code() {
    use Verdict::*;
    let mut seen =
        [("m::mine", Failed), ("good", Passed)].map(|(name, verdict)| test(name, verdict));
    let mut given = [TestResult {
        id: TestId::new("testing-laws::given", "given"),
        ..test("given", Failed)
    }];
    let written = BTreeSet::from(["testing-laws::laws".to_owned()]);
    explain_rejections(&mut seen, &written);
    explain_rejections(&mut given, &written);
    let says = |test: &TestResult| test.message.contains("rejects the given code");
    assert!(says(&seen[0]) && !says(&seen[1]) && !says(&given[0]));
}

#[test]
fn without_a_test_nothing_is_earned() {
    assert_eq!(no_tests("testing-laws").verdict, Verdict::Failed);
}
