//! What cargo-nextest prints as each test ends, of which a listener hears at once.
//!
//! Its lines decide nothing: verdicts come from its [report](super::junit). They are told by
//! `--status-level=pass --failure-output=never --success-output=never`, so that no test's own output is among them.

use super::{TestId, Verdict};

/// A test that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which test.
    pub id: TestId,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// Reads `        PASS [   0.032s] start-one::t adds`, or nothing if the line tells of no end.
pub fn ended(line: &str) -> Option<Ended> {
    let (word, rest) = line.trim_start().split_once(" [")?;
    let verdict = match word {
        // It passed, and left a process behind.
        "PASS" | "LEAK" => Verdict::Passed,
        "TIMEOUT" => Verdict::TimedOut,
        "FAIL" | "ABORT" | "LEAK-FAIL" => Verdict::Failed,
        // nextest could not start it.
        "XFAIL" => Verdict::Blocked,
        // By a signal.
        word if word.starts_with("SIG") => Verdict::Failed,
        _ => return None,
    };
    let (time, rest) = rest.split_once("s] ")?;
    let seconds: f64 = time.trim().parse().ok()?;
    let (binary, name) = without_counter(rest).split_once(' ')?;
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    (is_word(binary) && is_word(name) && seconds >= 0.0).then(|| Ended {
        id: TestId::new(binary, name),
        verdict,
        // A whole number, and far from the largest.
        millis: (seconds * 1000.0).round() as u64,
    })
}

/// `(1/6) start-one::t adds` without the counter, which nextest may print.
fn without_counter(text: &str) -> &str {
    text.strip_prefix('(')
        .and_then(|text| text.split_once(") "))
        .map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Printed by cargo-nextest 0.9.143.
    const LINES: &str = "────────────
 Nextest run ID 056b1215-5038-401f-9d6a-6a420a4d456f with nextest profile: workbook
    Starting 6 tests across 2 binaries (1 test skipped)
        PASS [   0.032s] start-one inner::unit
     SIGABRT [   0.075s] start-one::t aborts
        FAIL [   0.927s] start-one::t bad
 TERMINATING [>  1.000s] start-one::t hang
     TIMEOUT [   1.039s] start-one::t hang
        LEAK [   0.164s] start-one::t leaks
        PASS [   0.070s] (5/6) start-one::t ok
        SLOW [> 60.000s] start-one::t slow
────────────
     Summary [   1.191s] 6 tests run: 3 passed (1 leaky), 2 failed, 1 timed out, 1 skipped
error: test run failed
";

    #[test]
    fn each_end_is_told_once() {
        let ends: Vec<_> = LINES.lines().filter_map(ended).collect();
        let told: Vec<_> = ends
            .iter()
            .map(|end| {
                (
                    end.id.binary.as_str(),
                    end.id.name.as_str(),
                    end.verdict,
                    end.millis,
                )
            })
            .collect();
        use Verdict::*;
        assert_eq!(
            told,
            [
                ("start-one", "inner::unit", Passed, 32),
                ("start-one::t", "aborts", Failed, 75),
                ("start-one::t", "bad", Failed, 927),
                ("start-one::t", "hang", TimedOut, 1039),
                ("start-one::t", "leaks", Passed, 164),
                ("start-one::t", "ok", Passed, 70),
            ]
        );
    }

    proptest! {
        #[test]
        fn arbitrary_lines_never_panic(line in "\\PC*") {
            let _ = ended(&line);
        }

        #[test]
        fn what_nextest_writes_is_read(binary in "[a-z][a-z0-9:_-]{0,20}", name in "[a-z][a-z0-9:_]{0,20}", millis in 0..100_000u64) {
            let line = format!("        PASS [{:>8.3}s] {binary} {name}", millis as f64 / 1000.0);
            let end = Ended { id: TestId::new(binary, name), verdict: Verdict::Passed, millis };
            prop_assert_eq!(ended(&line), Some(end));
        }
    }
}
