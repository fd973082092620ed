//! cargo-nextest's JUnit report.
//!
//! nextest takes a process that ends with exit code 0 for a passed test, and so does this parser
//! unless the report carries the output of passed tests (`store-success-output = true`). Then a
//! test on the host must also have come to libtest's own end, so that `std::process::exit(0)` in
//! the code under test is no pass.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::{BackendKind, TestResult, Verdict, message};
use crate::text;

/// A report that isn't JUnit as nextest writes it.
#[derive(Debug, thiserror::Error)]
#[error("failed to read nextest's JUnit report")]
pub struct JunitError(#[from] quick_junit::DeserializeError);

/// The tests of one test binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// nextest's id of the binary: `package::file`, or `package` for a library's own tests.
    pub binary: String,
    /// Its tests.
    pub tests: Vec<TestResult>,
}

impl Suite {
    /// The package that the binary belongs to.
    pub fn package(&self) -> &str {
        self.binary.split("::").next().unwrap_or(&self.binary)
    }
}

/// All tests of a report, by test binary and then by name.
///
/// # Errors
/// `xml` is no JUnit report.
pub fn parse(xml: &str, backend: BackendKind) -> Result<Vec<TestResult>, JunitError> {
    Ok(suites(xml, backend)?
        .into_iter()
        .flat_map(|suite| suite.tests)
        .collect())
}

/// The same, kept apart by test binary: for runs of many packages at once.
///
/// # Errors
/// `xml` is no JUnit report.
pub fn suites(xml: &str, backend: BackendKind) -> Result<Vec<Suite>, JunitError> {
    let report = Report::deserialize_from_str(xml)?;
    let suite = |suite: TestSuite| {
        let mut tests: Vec<TestResult> = suite
            .test_cases
            .iter()
            .filter_map(|case| result(case, backend))
            .collect();
        // nextest tells them as they end, which differs from run to run.
        tests.sort_by(|a, b| a.name.cmp(&b.name));
        Suite {
            binary: suite.name.into_string(),
            tests,
        }
    };
    let mut suites: Vec<Suite> = report.test_suites.into_iter().map(suite).collect();
    suites.sort_by(|a, b| a.binary.cmp(&b.binary));
    Ok(suites)
}

/// How much of each stream of a test's output is looked at, in bytes.
const OUTPUT: usize = 1 << 20;

/// How much of a test's message is kept, in bytes.
const MESSAGE: usize = 64 << 10;

/// How nextest tells the code by which the board's runner says that it could not start QEMU; a test on the board ends
/// with 0 or 101.
const NO_BOARD: &str = "exit code 3";

fn result(case: &TestCase, backend: BackendKind) -> Option<TestResult> {
    let (verdict, message) = match &case.status {
        TestCaseStatus::Skipped { .. } => return None,
        TestCaseStatus::Success { .. } if ends_early(case, backend) => (
            Verdict::Failed,
            explained(
                "the process exited before the test came to its end",
                true,
                case,
            ),
        ),
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
            case.name.as_str(),
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
    (backend == BackendKind::Host && code != "101")
        .then(|| format!("the process exited with code {code} before the test came to its end"))
}

/// Whether the output is there and lacks libtest's summary of one passed test at its end.
fn ends_early(case: &TestCase, backend: BackendKind) -> bool {
    let Some(stdout) = case
        .system_out
        .as_ref()
        .filter(|_| backend == BackendKind::Host)
    else {
        return false;
    };
    let last = stdout
        .as_str()
        .trim_end()
        .lines()
        .next_back()
        .unwrap_or_default();
    !last.starts_with("test result: ok. 1 passed; 0 failed;")
}

#[cfg(test)]
mod tests;
