use std::time::Duration;

use super::*;
use crate::outcome::CompileError as Refusal;

fn test(name: &str, verdict: Verdict) -> TestResult {
    let message = if verdict == Verdict::Passed { "" } else { "no" };
    result(name.to_owned(), verdict, message.to_owned())
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
    let id = "testing/laws".parse().unwrap();
    let own = vec![tests(&[("a", Passed), ("b", Passed)])];
    let mut outcome = Outcome::judge(id, own, Duration::ZERO);
    let mutants = mutants.into_iter().map(|(slug, seen)| (mutant(slug), seen));
    judge(&mut outcome, again, mutants.collect());
    outcome
}

fn fine() -> Evidence {
    tests(&[("a", Verdict::Passed), ("b", Verdict::Passed)])
}

fn of<'a>(outcome: &'a Outcome, name: &str) -> &'a TestResult {
    outcome.tests.iter().find(|test| test.name == name).unwrap()
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
    assert_eq!(outcome.verdict, Passed);
    assert_eq!(of(&outcome, "mutant:zero").killed_by, ["a", "b"]);
    assert_eq!(of(&outcome, "mutant:one").killed_by, ["b"]);
    assert_eq!(of(&outcome, "mutant:one").mutant(), Some("one"));
}

#[test]
fn a_survivor_fails_the_exercise_and_says_what_it_does_wrong() {
    let outcome = judged(fine(), vec![("zero", fine()), ("one", tests(&[]))]);
    assert_eq!(outcome.verdict, Verdict::Failed);
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
    let blocker = Blocker {
        what: "no nextest".to_owned(),
        mend: "bring it".to_owned(),
    };
    for seen in [
        Evidence::CompileError(Refusal::default()),
        Evidence::Blocked(blocker),
        tests(&[("a", Passed), ("b", Blocked)]),
    ] {
        let outcome = judged(fine(), vec![("zero", seen.clone())]);
        assert_eq!(outcome.verdict, Blocked, "{seen:?}");
        assert_eq!(outcome.blocked_by.len(), 1, "{seen:?}");
        // A survivor is told even beside it.
        let outcome = judged(fine(), vec![("zero", seen.clone()), ("one", fine())]);
        assert_eq!(outcome.verdict, Failed, "{seen:?}");
    }
    let again = Evidence::CompileError(Refusal::default());
    let outcome = judged(again, vec![("zero", tests(&[("a", Failed)]))]);
    assert_eq!(outcome.verdict, Blocked);
}

#[test]
fn a_test_that_fails_by_where_it_runs_is_no_pass() {
    use Verdict::*;
    let again = tests(&[("a", Passed), ("b", Failed)]);
    let outcome = judged(again, vec![("zero", tests(&[("b", Failed)]))]);
    assert_eq!(outcome.verdict, Failed);
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
    let id = "testing/laws".parse().unwrap();
    let seen = tests(&[("m::mine", Failed), ("given", Failed), ("good", Passed)]);
    let mut outcome = Outcome::judge(id, vec![seen], Duration::ZERO);
    explain_rejections(
        &mut outcome,
        &["mod m { fn mine() {} fn good() {} }".to_owned()],
    );
    let says = |name: &str| {
        of(&outcome, name)
            .message
            .contains("rejects the given code")
    };
    assert!(
        says("m::mine") && !says("given") && !says("good"),
        "{outcome:?}"
    );
}

#[test]
fn looking_around_fails() {
    assert_eq!(black_box(String::new()).verdict, Verdict::Passed);
    assert_eq!(black_box("uses env".to_owned()).verdict, Verdict::Failed);
    assert_eq!(no_tests().verdict, Verdict::Failed);
}
