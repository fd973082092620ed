use super::*;

#[test]
fn mutants_are_told_with_their_killers() {
    let of = |name: &str, message: &str, killed_by: &[&str]| {
        let verdict = if message.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        let killed_by = killed_by.iter().map(|&killer| killer.to_owned()).collect();
        TestResult {
            killed_by,
            ..test(name, Host, verdict, 0, message)
        }
    };
    let many: Vec<String> = (1..=9).map(|n| format!("law_number_{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let killed = vec![
        test("adds", Host, Verdict::Passed, 4, ""),
        of("mutant:wraps", "", &["adds", "stops"]),
        of("mutant:forgets", "", &many),
        of("gate: black-box", "", &[]),
    ];
    let mut survived = killed.clone();
    survived[1] = of("mutant:wraps", "survived: starts again at zero", &[]);
    let exercise = exercise("14-testing/01-properties", "Laws", 10, &[Host]);
    let report = |tests: &[TestResult]| {
        let outcome = outcome(&exercise, vec![Evidence::Tests(tests.to_vec())]);
        Report::new(&Side::Solutions, vec![(&exercise, outcome)])
    };
    let lines = TerminalOptions {
        detail: Detail::Failures,
        ..options(80)
    };
    insta::assert_snapshot!(
        [
            terminal::render(&report(&killed), &options(80)),
            terminal::render(&report(&survived), &options(80)),
            terminal::render(&report(&survived), &lines),
            junit::render(&report(&killed)),
        ]
        .join("════════════════════════════════════════\n")
    );
}
