//! One test, from the harness's list to the last report.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};

use super::{BackendKind, Verdict};

/// Which test: two test binaries may have tests of one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TestId {
    /// The test binary, as cargo-nextest calls it: `package::file`, or `package` for a library's own tests. What is no
    /// test of a binary (an example in a doc comment, a gate, a mutant) has its package here.
    pub binary: String,
    /// The name within the binary: `module::evicts_the_oldest_entry`; of an example, where it stands; of a gate, the
    /// gate's; of a mutant, its slug.
    pub name: String,
}

impl TestId {
    /// The test `name` of `binary`.
    pub fn new(binary: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            binary: binary.into(),
            name: name.into(),
        }
    }

    /// The binary that cargo makes of the file `path` of `package` (relative to its folder): `tests/cache.rs` and
    /// `tests/cache/main.rs` are `package::cache`. `None` for files that become no test binary by themselves.
    pub fn binary_of(package: &str, path: &Path) -> Option<String> {
        let inside = path.strip_prefix("tests").ok()?;
        let (folder, file) = (inside.parent()?, inside.file_name()?.to_str()?);
        let target = match folder.to_str()? {
            "" => file.strip_suffix(".rs")?,
            folder if file == "main.rs" && !folder.contains('/') => folder,
            _ => return None,
        };
        Some(format!("{package}::{target}"))
    }
}

impl fmt::Display for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// What a result is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestKind {
    /// A test of a test binary.
    Test,
    /// An example in a doc comment.
    Doc,
    /// A rule beyond the tests that the code must keep.
    Gate,
    /// A wrong version of the given code, which the learner's tests must reject.
    Mutant,
}

/// The result of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    /// Which test.
    #[serde(flatten)]
    pub id: TestId,
    /// What it is about.
    pub kind: TestKind,
    /// Where it ran.
    pub backend: BackendKind,
    /// `Passed`, `Failed` or `TimedOut`; `Blocked` if the harness could not run it; `CompileError` of a mutant that
    /// does not compile, which is its author's fault.
    pub verdict: Verdict,
    /// How long it took, in milliseconds; 0 where nobody measured it.
    pub millis: u64,
    /// Why it failed, in the words of its panic; empty when it passed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Whether it came from an instructor's hidden tests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Of a mutant: the tests that rejected it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub killed_by: Vec<TestId>,
}

impl TestResult {
    /// The result of a test that took no time that anybody measured.
    pub fn new(
        id: TestId,
        backend: BackendKind,
        verdict: Verdict,
        message: impl Into<String>,
    ) -> Self {
        Self {
            id,
            kind: TestKind::Test,
            backend,
            verdict,
            millis: 0,
            message: message.into(),
            hidden: false,
            killed_by: Vec::new(),
        }
    }

    /// What the gate `name` says of `package`: an objection, or nothing.
    pub fn gate(package: &str, name: &str, objection: impl Into<String>) -> Self {
        let objection = objection.into();
        let verdict = if objection.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        let id = TestId::new(package, name);
        Self {
            kind: TestKind::Gate,
            ..Self::new(id, BackendKind::Host, verdict, objection)
        }
    }

    /// What it is called in reports, in a manifest's `stub` and in `killed-by`: no two kinds share a name there.
    pub fn label(&self) -> String {
        let name = &self.id.name;
        match self.kind {
            TestKind::Test => name.clone(),
            TestKind::Doc => format!("doc: {name}"),
            TestKind::Gate => format!("gate: {name}"),
            TestKind::Mutant => format!("mutant:{name}"),
        }
    }

    /// Whether it rejects what it was put to: it failed, or was still running at its time limit.
    pub fn rejects(&self) -> bool {
        matches!(self.verdict, Verdict::Failed | Verdict::TimedOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_the_binary_that_cargo_makes_of_it() {
        let table = [
            ("tests/cache.rs", Some("p::cache")),
            ("tests/cache/main.rs", Some("p::cache")),
            ("tests/cache/help.rs", None),
            ("tests/a/b/main.rs", None),
            ("tests/notes.txt", None),
            ("benches/speed.rs", None),
            ("src/lib.rs", None),
        ];
        for (path, binary) in table {
            assert_eq!(
                TestId::binary_of("p", Path::new(path)).as_deref(),
                binary,
                "{path}"
            );
        }
    }

    #[test]
    fn a_result_is_written_flat_and_read_again() {
        let test = TestResult::gate("start-one", "no-panic", "unwrap");
        let json = serde_json::to_value(&test).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"binary": "start-one", "name": "no-panic", "kind": "gate", "backend": "host",
                "verdict": "failed", "millis": 0, "message": "unwrap"})
        );
        assert_eq!(serde_json::from_value::<TestResult>(json).unwrap(), test);
        assert_eq!(test.label(), "gate: no-panic");
    }
}
