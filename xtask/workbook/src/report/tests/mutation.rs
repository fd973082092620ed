use super::*;

#[test]
fn mutants_are_told_with_their_killers() {
    let of = |name: &str, message: &str, killed_by: &[&str]| {
        let verdict = if message.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        let killed_by = killed_by.iter().map(|&killer| TestId::new("p::t", killer));
        TestResult {
            kind: TestKind::Mutant,
            killed_by: killed_by.collect(),
            ..test(name, Host, verdict, 0, message)
        }
    };
    let many: Vec<String> = (1..=9).map(|n| format!("law_number_{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let killed = vec![
        test("adds", Host, Verdict::Passed, 4, ""),
        of("wraps", "", &["adds", "stops"]),
        of("forgets", "", &many),
        TestResult::gate("p", "black-box", ""),
    ];
    let mut survived = killed.clone();
    survived[1] = of("wraps", "survived: starts again at zero", &[]);
    let exercise = exercise("14-testing/01-properties", "Laws", 10, &[Host]);
    let report = |tests: &[TestResult]| {
        let outcome = outcome(&exercise, vec![Evidence::Tests(tests.to_vec())]);
        Report::new(&Side::Solutions, vec![(&exercise, outcome)])
    };
    let lines = Terminal {
        detail: Detail::Failures,
        ..terminal(80)
    };
    insta::assert_snapshot!(
        [
            terminal(80).render(&report(&killed)),
            terminal(80).render(&report(&survived)),
            lines.render(&report(&survived)),
            Junit.render(&report(&killed)),
        ]
        .join("════════════════════════════════════════\n")
    );
}
