use std::{path::PathBuf, time::Duration};

use super::{
    list::{ListRow, Listing},
    terminal::Detail,
    *,
};
use crate::{
    catalog::{Gate, Kind, Profile, StubReason},
    judge::Case,
    outcome::{Evidence, TestId, TestKind},
};

mod events;
mod mutation;

fn exercise(place: &str, title: &str, points: u32, backends: &[BackendKind]) -> Exercise {
    let (chapter, name) = place.split_once('/').unwrap();
    let id = ExerciseId::new(&chapter[3..], &name[3..]).unwrap();
    Exercise {
        formerly: Vec::new(),
        package: id.package(),
        id,
        dir: PathBuf::from("exercises").join(place),
        place: place.to_owned(),
        title: title.to_owned(),
        points,
        items: vec![],
        tier: match points {
            5 => Tier::WarmUp,
            10 => Tier::Core,
            _ => Tier::Challenge,
        },
        backends: backends.to_vec(),
        edit: vec!["src/lib.rs".into()],
        needs: vec![],
        artifacts: Vec::new(),
        stub: StubReason::Test("works".to_owned()),
        gates: vec![Gate::NoUnsafe],
        covers: vec!["S4".to_owned(), "review:thread-safety".to_owned()],
        timeout: Duration::from_secs(10),
        profile: Profile::Dev,
        kind: Kind::Tests,
        benches: false,
    }
}

fn test(
    name: &str,
    backend: BackendKind,
    verdict: Verdict,
    millis: u64,
    message: &str,
) -> TestResult {
    TestResult {
        millis,
        ..TestResult::new(TestId::new("p::t", name), backend, verdict, message)
    }
}

const PANIC: &str = "thread 'evicts_the_oldest_entry' panicked at exercises/04-memory/01-shared-cache/tests/cache.rs:31:5:
assertion `left == right` failed: the cache holds 3 entries, and its capacity is 2: the oldest one, \"a\", should be gone
  left: 3
 right: 2";

const RUSTC: &str = "\u{1b}[1m\u{1b}[91merror[E0382]\u{1b}[0m\u{1b}[1m: borrow of moved value: `log`\u{1b}[0m
  \u{1b}[1m\u{1b}[94m--> \u{1b}[0mexercises/01-ownership/01-move-or-borrow/src/lib.rs:9:5
   \u{1b}[1m\u{1b}[94m|\u{1b}[0m
\u{1b}[1m\u{1b}[94m9\u{1b}[0m  \u{1b}[1m\u{1b}[94m|\u{1b}[0m     log.len()
   \u{1b}[1m\u{1b}[94m|\u{1b}[0m     \u{1b}[1m\u{1b}[91m^^^\u{1b}[0m \u{1b}[1m\u{1b}[91mvalue borrowed here after move\u{1b}[0m

";

use BackendKind::{Host, Qemu, WasmBrowser, WasmNode};

/// One exercise for each verdict.
fn all() -> Vec<(Exercise, Vec<Evidence>)> {
    let blocker = Blocker::new("qemu-system-arm is not installed", "cargo xtask setup");
    let many = (1..=5)
        .map(|n| {
            test(
                &format!("property_{n}"),
                Host,
                Verdict::Failed,
                n,
                "panicked at src/lib.rs:1:1:\nnot yet implemented",
            )
        })
        .collect();
    vec![
        (
            exercise(
                "00-start/01-first-verdict",
                "Your first verdict",
                5,
                &[Host],
            ),
            vec![Evidence::Tests(vec![test(
                "wraps_past_255",
                Host,
                Verdict::Passed,
                4,
                "",
            )])],
        ),
        (
            exercise(
                "01-ownership/01-move-or-borrow",
                "Move or borrow",
                5,
                &[Host],
            ),
            vec![Evidence::CompileError(CompileError {
                codes: vec!["E0382".to_owned()],
                rendered: RUSTC.to_owned(),
            })],
        ),
        (
            exercise(
                "04-memory/01-shared-cache",
                "A cache that threads can share",
                10,
                &[Host],
            ),
            vec![Evidence::Tests(vec![
                test("shares_across_threads", Host, Verdict::Passed, 12, ""),
                test("evicts_the_oldest_entry", Host, Verdict::Failed, 4, PANIC),
                test(
                    "loader_may_read_the_cache",
                    Host,
                    Verdict::TimedOut,
                    10_003,
                    "stopped after 10.0 s, its time limit",
                ),
            ])],
        ),
        (
            exercise(
                "05-errors/05-no-panic",
                "A parser that is total",
                20,
                &[Host],
            ),
            vec![Evidence::Tests(many)],
        ),
        (
            exercise(
                "08-async/06-runtime",
                "What blocks the runtime",
                10,
                &[Host],
            ),
            vec![Evidence::Tests(vec![test(
                "heartbeat",
                Host,
                Verdict::TimedOut,
                10_000,
                "stopped after 10.0 s, its time limit",
            )])],
        ),
        (
            exercise(
                "11-wasm/01-processor",
                "A processor in WebAssembly",
                10,
                &[WasmNode, WasmBrowser],
            ),
            vec![
                Evidence::Tests(vec![test("adds", WasmNode, Verdict::Passed, 0, "")]),
                Evidence::Tests(vec![test("adds", WasmBrowser, Verdict::Passed, 0, "")]),
                Evidence::Gate(TestResult::gate(
                    "wasm-processor",
                    "no-unsafe",
                    "\u{1b}[91merror\u{1b}[0m: usage of an `unsafe` block\n --> src/lib.rs:3:1",
                )),
            ],
        ),
        (
            exercise("12-embedded/01-blink", "Blink", 5, &[Qemu]),
            vec![Evidence::Blocked(blocker)],
        ),
        (
            exercise(
                "13-performance/01-simd-sum",
                "Sums, eight at a time",
                20,
                &[Host],
            ),
            vec![Evidence::Tampered(vec!["tests/sum.rs".to_owned()])],
        ),
        (
            exercise(
                "13-performance/02-layout",
                "Ein Titel mit weiten Zeichen: 構造体の大きさ",
                5,
                &[Host],
            ),
            vec![Evidence::Untouched],
        ),
        (
            exercise("15-gui/01-counter", "A counter", 10, &[Host]),
            vec![Evidence::Refused(
                "src/lib.rs is no regular file of its own; links are not followed".to_owned(),
            )],
        ),
    ]
}

fn outcome(exercise: &Exercise, evidence: Vec<Evidence>) -> Outcome {
    let mut case = Case::new(exercise.id.clone());
    case.add(evidence);
    case.took(Duration::from_millis(412));
    case.judge()
}

/// A report on some of the exercises above.
fn report(side: &Side, indices: &[usize]) -> Report {
    let all: Vec<_> = all()
        .into_iter()
        .enumerate()
        .filter(|(at, _)| indices.contains(at))
        .map(|(_, pair)| pair)
        .collect();
    Report::new(
        side,
        all.iter()
            .map(|(exercise, evidence)| (exercise, outcome(exercise, evidence.clone())))
            .collect(),
    )
}

const EVERY: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

fn terminal(width: usize) -> Terminal {
    Terminal {
        color: false,
        width,
        verbose: false,
        detail: Detail::Auto,
    }
}

#[test]
fn a_board_at_80_columns() {
    insta::assert_snapshot!(terminal(80).render(&report(&Side::Learner, EVERY)));
}

#[test]
fn a_board_at_120_columns_without_details() {
    let lines = Terminal {
        detail: Detail::Lines,
        ..terminal(120)
    };
    insta::assert_snapshot!(lines.render(&report(&Side::Solutions, EVERY)));
}

#[test]
fn cards() {
    let cards: Vec<String> = EVERY
        .iter()
        .map(|&at| terminal(80).render(&report(&Side::Learner, &[at])))
        .collect();
    insta::assert_snapshot!(cards.join("════════════════════════════════════════\n"));
}

#[test]
fn colours_change_nothing_but_colours() {
    for indices in [EVERY, &[1], &[2], &[5]] {
        let report = report(&Side::Learner, indices);
        let plain = terminal(80).render(&report);
        let colour = Terminal {
            color: true,
            ..terminal(80)
        };
        let coloured = colour.render(&report);
        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains('\u{1b}'));
        assert_eq!(text::plain(&coloured), plain);
    }
}

#[test]
fn long_messages_are_clipped_unless_all_is_asked_for() {
    let exercise = exercise("04-memory/01-shared-cache", "A cache", 10, &[Host]);
    let message: String = (0..200).map(|n| format!("line {n}\n")).collect();
    let evidence = vec![Evidence::Tests(vec![test(
        "t",
        Host,
        Verdict::Failed,
        1,
        &message,
    )])];
    let report = Report::new(
        &Side::Learner,
        vec![(&exercise, outcome(&exercise, evidence))],
    );
    let short = terminal(80).render(&report);
    assert!(
        short.contains("line 59\n      … 140 more lines: --verbose shows them\n"),
        "{short}"
    );
    let verbose = Terminal {
        verbose: true,
        ..terminal(80)
    };
    let long = verbose.render(&report);
    assert!(long.contains("line 199"));
}

#[test]
fn json_has_the_promised_shape() {
    insta::assert_snapshot!(Json.render(&report(&Side::Learner, &[0, 1, 2, 5, 6, 9])));
}

#[test]
fn junit_tells_failures_from_what_could_not_be_checked() {
    insta::assert_snapshot!(Junit.render(&report(&Side::Submission("ada".to_owned()), EVERY)));
}

fn listing() -> Listing {
    let states = [
        "passed",
        "compile-error",
        "failed",
        "changed",
        "timed-out",
        "passed",
        "blocked",
        "changed",
        "pending",
        "refused",
    ];
    let row = |((exercise, _), state): ((Exercise, _), &str)| {
        ListRow::new(&exercise, state, state == "passed" || exercise.points == 20)
    };
    Listing::new(all().into_iter().zip(states).map(row).collect())
}

#[test]
fn lists_at_80_and_120_columns() {
    let lists: Vec<String> = [80, 120, 160]
        .iter()
        .map(|&width| terminal(width).render(&listing()))
        .collect();
    insta::assert_snapshot!(lists.join("════════════════════════════════════════\n"));
}

#[test]
fn list_as_json() {
    let mut listing = listing();
    listing.exercises.truncate(1);
    insta::assert_snapshot!(Json.render(&listing));
}

#[test]
fn no_line_of_a_board_or_list_is_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    for width in [60, 72, 80, 100, 120, 200] {
        let lines = Terminal {
            detail: Detail::Lines,
            ..terminal(width)
        };
        let board = lines.render(&report(&Side::Solutions, EVERY));
        for text in [board, terminal(width.max(72)).render(&listing())] {
            for line in text.lines() {
                assert!(
                    line.width() <= width.max(72),
                    "{} columns at {width}: {line}",
                    line.width()
                );
            }
        }
    }
}
