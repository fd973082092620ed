//! cargo-nextest's JUnit report.
//!
//! nextest takes a process that ends with exit code 0 for a passed test, and so does this parser: that a test came to
//! its end, and the code under test didn't just call `std::process::exit(0)`, is seen to by the runner between nextest
//! and the test binary.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::{BackendKind, TestId, TestResult, Verdict, message};
use crate::{backend::Harness, text};

/// A report that isn't JUnit as nextest writes it.
#[derive(Debug, thiserror::Error)]
#[error("failed to read nextest's JUnit report")]
pub struct JunitError(#[from] quick_junit::DeserializeError);

/// All tests of a report, by test binary and then by name.
///
/// # Errors
/// `xml` is no JUnit report.
pub fn parse(xml: &str, backend: BackendKind) -> Result<Vec<TestResult>, JunitError> {
    let report = Report::deserialize_from_str(xml)?;
    let suite = |suite: &TestSuite| {
        let results = suite
            .test_cases
            .iter()
            .filter_map(|case| result(suite.name.as_str(), case, backend));
        results.collect::<Vec<_>>()
    };
    let mut tests: Vec<TestResult> = report.test_suites.iter().flat_map(suite).collect();
    // nextest tells them as they end, which differs from run to run.
    tests.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(tests)
}

/// How much of each stream of a test's output is looked at, in bytes.
const OUTPUT: usize = 1 << 20;

/// How much of a test's message is kept, in bytes.
const MESSAGE: usize = 64 << 10;

/// How nextest tells the code by which the board's runner says that it could not start QEMU; a test on the board ends
/// with 0 or 101.
const NO_BOARD: &str = "exit code 3";

fn result(binary: &str, case: &TestCase, backend: BackendKind) -> Option<TestResult> {
    let (verdict, message) = match &case.status {
        TestCaseStatus::Skipped { .. } => return None,
        TestCaseStatus::Success { .. } => (Verdict::Passed, String::new()),
        TestCaseStatus::NonSuccess {
            kind: NonSuccessKind::Error,
            message,
            ..
        } => {
            // nextest could not start the test: no fault of who wrote the code.
            (
                Verdict::Blocked,
                format!("nextest could not run the test: {}", text_of(message)),
            )
        }
        TestCaseStatus::NonSuccess { ty, .. }
            if backend == BackendKind::Qemu && text_of(ty).ends_with(NO_BOARD) =>
        {
            let said = explained("the board could not be started", true, case);
            (Verdict::Blocked, said)
        }
        TestCaseStatus::NonSuccess { ty, .. } if text_of(ty) == "test timeout" => {
            let limit = case.time.unwrap_or_default().as_secs_f64();
            (
                Verdict::TimedOut,
                explained(
                    &format!("stopped after {limit:.1} s, its time limit"),
                    true,
                    case,
                ),
            )
        }
        TestCaseStatus::NonSuccess {
            ty,
            message,
            description,
            ..
        } => {
            let reason = signal(text_of(message))
                .or_else(|| signal(text_of(description)))
                .or_else(|| exit_code(text_of(ty), backend))
                .unwrap_or_else(|| "failed, and did not say why".to_owned());
            (Verdict::Failed, explained(&reason, false, case))
        }
    };
    Some(TestResult {
        millis: case.time.map_or(0, |time| {
            u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
        }),
        ..TestResult::new(
            TestId::new(binary, case.name.as_str()),
            backend,
            verdict,
            text::head(&message, MESSAGE),
        )
    })
}

fn text_of(field: &Option<XmlString>) -> &str {
    field.as_ref().map_or("", |text| text.as_str())
}

/// The reason above the output; only where the output has none of its own, unless `always`.
fn explained(reason: &str, always: bool, case: &TestCase) -> String {
    let [stdout, stderr] =
        [&case.system_out, &case.system_err].map(|stream| text::ends(text_of(stream), OUTPUT));
    message::under_reason(reason, always, &stdout, &stderr)
}

fn signal(message: &str) -> Option<String> {
    let (_, signal) = message
        .lines()
        .find_map(|line| line.split_once("process aborted with "))?;
    Some(format!("the process was ended by {signal}"))
}

/// libtest exits with 101 when a test fails; what the codes mean on bare metal, its runner says.
fn exit_code(ty: &str, backend: BackendKind) -> Option<String> {
    let code = ty
        .strip_prefix("test failure with exit code ")?
        .split(' ')
        .next()?;
    let is_libtest = matches!(backend.harness(), Harness::Nextest { libtest: true, .. });
    (is_libtest && code != "101")
        .then(|| format!("the process exited with code {code} before the test came to its end"))
}

#[cfg(test)]
mod tests;
