//! From evidence to a verdict: all of it is collected in a [`Case`], which is judged once, at its end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    id::ExerciseId,
    outcome::{Blocker, CompileError, Evidence, TestKind, TestResult, Verdict},
};

pub mod mutation;

/// The check of one exercise while it goes on.
#[derive(Clone, Debug)]
pub struct Case {
    id: ExerciseId,
    evidence: Vec<Evidence>,
    duration: Duration,
}

impl Case {
    /// A check of which nothing is known yet.
    pub fn new(id: ExerciseId) -> Self {
        Self {
            id,
            evidence: Vec::new(),
            duration: Duration::ZERO,
        }
    }

    /// Takes note of evidence.
    pub fn add(&mut self, evidence: impl IntoIterator<Item = Evidence>) {
        self.evidence.extend(evidence);
    }

    /// Adds to the time that its tests took.
    pub fn took(&mut self, time: Duration) {
        self.duration += time;
    }

    /// Which exercise.
    pub fn id(&self) -> &ExerciseId {
        &self.id
    }

    /// What was seen so far.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Whether all that was seen so far would make a pass, so that what is yet to be asked decides.
    pub fn is_passing(&self) -> bool {
        self.clone().judge().verdict == Verdict::Passed
    }

    /// The outcome.
    ///
    /// A failure outweighs a time-out, which outweighs being blocked: what the learner got wrong is told even where
    /// the machine lacks something. Without a single test nothing was earned. Whatever an untouched stub fails by, it
    /// is pending.
    pub fn judge(self) -> Outcome {
        let is_untouched = self.evidence.contains(&Evidence::Untouched);
        let is_run = |piece: &Evidence| {
            !matches!(
                piece,
                Evidence::Untouched | Evidence::Note(_) | Evidence::Hidden(_)
            )
        };
        let was_run = self.evidence.iter().any(is_run);
        let backends: Vec<bool> = (self.evidence.iter())
            .filter_map(|piece| match piece {
                Evidence::Tests(tests) => Some(!tests.is_empty()),
                _ => None,
            })
            .collect();
        let mut outcome = Outcome::of_nothing(self.id, self.duration);
        let mut later = Vec::new();
        for piece in self.evidence {
            match piece {
                // What is said of tests and mutants needs all tests in hand.
                Evidence::Again(_) | Evidence::Mutant(..) | Evidence::Hidden(_) => {
                    later.push(piece)
                }
                piece => outcome.take(piece),
            }
        }
        for piece in later {
            outcome.take(piece);
        }
        outcome
            .tests
            .sort_by_key(|test| test.kind == TestKind::Gate);
        outcome.verdict = outcome.weigh();
        if outcome.verdict == Verdict::Passed && (backends.is_empty() || backends.contains(&false))
        {
            outcome.verdict = Verdict::Blocked;
            outcome.blocked_by.push(Blocker::new(
                "no test ran",
                format!(
                    "restore the exercise's own files: `cargo xtask reset {}`",
                    outcome.id
                ),
            ));
        }
        let failed = matches!(
            outcome.verdict,
            Verdict::Failed | Verdict::CompileError | Verdict::TimedOut
        );
        if is_untouched && (failed || !was_run) {
            // Its tests stay: they show how the stub fails.
            outcome.verdict = Verdict::Pending;
            outcome.blocked_by.clear();
        }
        outcome
    }
}

/// What came of one exercise. Only [`Case::judge`] makes one, and nothing changes its verdict afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    id: ExerciseId,
    verdict: Verdict,
    tests: Vec<TestResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compile_error: Option<CompileError>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tampered: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(default)]
    blocked_by: Vec<Blocker>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(with = "as_millis", rename = "duration_millis")]
    duration: Duration,
}

impl Outcome {
    /// Which exercise.
    pub fn id(&self) -> &ExerciseId {
        &self.id
    }

    /// The verdict over all its backends.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Each test's result, backend by backend, then the mutants' and the gates'.
    pub fn tests(&self) -> &[TestResult] {
        &self.tests
    }

    /// What the compiler said, if it refused the code.
    pub fn compile_error(&self) -> Option<&CompileError> {
        self.compile_error.as_ref()
    }

    /// Files that must not be edited and were.
    pub fn tampered(&self) -> &[String] {
        &self.tampered
    }

    /// Why the submission can't be taken, if it can't.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// What kept it from being checked.
    pub fn blocked_by(&self) -> &[Blocker] {
        &self.blocked_by
    }

    /// What else the learner or the instructor should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Wall time of its tests.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Whether running it again would show the same: what was blocked or took too long may go better next time, and
    /// what was not run at all is as quickly found again.
    pub fn is_repeatable(&self) -> bool {
        let was_slow = self
            .tests
            .iter()
            .any(|test| test.verdict == Verdict::TimedOut);
        match self.verdict {
            Verdict::Passed | Verdict::Failed | Verdict::CompileError => true,
            Verdict::Pending => {
                !was_slow && (!self.tests.is_empty() || self.compile_error.is_some())
            }
            Verdict::TimedOut | Verdict::Tampered | Verdict::Refused | Verdict::Blocked => false,
        }
    }

    fn of_nothing(id: ExerciseId, duration: Duration) -> Self {
        Self {
            id,
            verdict: Verdict::Pending,
            tests: Vec::new(),
            compile_error: None,
            tampered: Vec::new(),
            refused: None,
            blocked_by: Vec::new(),
            notes: Vec::new(),
            duration,
        }
    }

    fn take(&mut self, piece: Evidence) {
        match piece {
            Evidence::Tests(tests) => tests.into_iter().for_each(|test| self.take_test(test)),
            Evidence::Gate(gate) => self.take_test(gate),
            Evidence::CompileError(error) => self.compile_error = Some(error),
            Evidence::Tampered(files) => self.tampered.extend(files),
            Evidence::Refused(why) => self.refused = self.refused.take().or(Some(why)),
            Evidence::Blocked(blocker) => self.blocked_by.push(blocker),
            Evidence::Untouched => {}
            Evidence::Again(seen) => mutation::again(self, *seen),
            Evidence::Mutant(mutant, seen) => mutation::fate(self, &mutant, *seen),
            Evidence::Hidden(binaries) => {
                for test in &mut self.tests {
                    test.hidden |= binaries.contains(&test.id.binary);
                }
            }
            Evidence::Note(note) => self.notes.push(note),
        }
    }

    /// Takes a result, and tells as a blocker what the harness said of a test that is neither good nor bad.
    fn take_test(&mut self, test: TestResult) {
        if test.verdict != Verdict::Passed && !test.rejects() {
            self.blocked_by.push(Blocker::new(
                format!("{} could not run: {}", test.label(), test.message),
                "`cargo xtask doctor` tells what is broken",
            ));
        }
        self.tests.push(test);
    }

    fn weigh(&self) -> Verdict {
        let any = |verdict| self.tests.iter().any(|test| test.verdict == verdict);
        if self.refused.is_some() {
            Verdict::Refused
        } else if !self.tampered.is_empty() {
            Verdict::Tampered
        } else if self.compile_error.is_some() {
            Verdict::CompileError
        } else if any(Verdict::Failed) {
            Verdict::Failed
        } else if any(Verdict::TimedOut) {
            Verdict::TimedOut
        } else if !self.blocked_by.is_empty() {
            Verdict::Blocked
        } else {
            Verdict::Passed
        }
    }
}

mod as_millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests;
