//! Running a side of some exercises: build once for many, run each, judge.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Result;
use workbook::{
    backend::{BackendKind, Harness},
    catalog::{Exercise, Kind},
    event::Event,
    judge::{Case, Outcome},
    outcome::{Blocker, Evidence, TestId, TestResult},
    parallel::{self, jobs},
    plan::{self, Build},
    text,
};

use crate::{context::Context, exec::Executor, stage::Stage};

pub mod artifacts;
pub mod doctests;
pub mod faults;
pub mod gates;
pub mod host;
pub mod mutants;
pub mod nextest;
pub mod postgres;
pub mod wasm;

/// What the machine offers to a run.
pub trait Tools: Sync {
    /// What is missing for this backend and these needs, each with what would fix it.
    fn missing(&self, backend: BackendKind, needs: &[String]) -> Vec<Blocker>;
    /// Variables that the backend's tools need: PATH, toolchain, driver.
    fn env(&self, backend: BackendKind) -> Vec<(OsString, OsString)>;
}

/// Everything that a run leans on.
pub struct Run<'a> {
    /// The workspace and the terminal.
    pub ctx: &'a Context,
    /// What the machine offers.
    pub tools: &'a dyn Tools,
    /// Where to build and run.
    pub stage: &'a Stage,
    /// Hears what happens.
    pub on_event: &'a (dyn Fn(Event) + Sync),
}

/// Runs one exercise on one backend.
pub trait Backend: Sync {
    /// What running it showed.
    fn run(&self, run: &Run<'_>, exercise: &Exercise, backend: BackendKind) -> Evidence;
}

impl Run<'_> {
    /// The executor.
    pub fn exec(&self) -> &dyn Executor {
        &*self.ctx.exec
    }

    /// A folder for what one exercise's run on a backend leaves behind.
    pub fn scratch(&self, exercise: &Exercise, backend: BackendKind) -> PathBuf {
        let name = format!("{}-{backend}", exercise.package);
        self.stage
            .target_dir
            .join("workbook/run")
            .join(self.stage.side.name())
            .join(name)
    }

    /// Checks these exercises, of each of which something may be known already: builds all that cargo can build
    /// together, then runs each one's backends in order, several exercises at once, then the mutants and the gates of
    /// those that pass so far. Each is judged once nothing more is asked of it.
    ///
    /// # Errors
    /// Only where the runner itself cannot go on (its own folders cannot be written); whatever
    /// concerns one exercise is in its outcome.
    pub fn check(&self, exercises: Vec<(&Exercise, Vec<Evidence>)>) -> Result<Vec<Outcome>> {
        (self.on_event)(Event::started(exercises.len()));
        let ready: Vec<&Exercise> = exercises
            .iter()
            .map(|(exercise, _)| *exercise)
            .filter(|exercise| self.blockers(exercise).is_empty())
            .collect();
        let mut host = host::Host::default();
        for build in plan::builds(ready.iter().copied()) {
            (self.on_event)(Event::Building {
                what: in_words(&build),
            });
            host.build(self, &build, &ready)?;
        }
        let backends = Backends {
            host,
            wasm: wasm::Wasm::default(),
        };
        // A few tests of many packages, of which some only wait for their time limits.
        let at_once = if self.stage.is_brief() {
            2 * jobs()
        } else {
            jobs()
        };
        let mut checks = parallel::map(at_once, &exercises, |(exercise, known)| {
            let mut check = Check::new(exercise, known.clone());
            check.run(self, &backends);
            // What failed is told at once.
            check.close_unless(
                self,
                exercise.kind == Kind::Mutants || !exercise.gates.is_empty(),
            );
            check
        });
        if self.stage.is_brief() {
            backends.host.remove_built();
        }
        mutants::check(self, &mut checks)?;
        for check in &mut checks {
            check.close_unless(self, !check.exercise.gates.is_empty());
        }
        gates::check(self, &mut checks)?;
        Ok(checks
            .into_iter()
            .map(|check| check.outcome(self))
            .collect())
    }

    fn blockers(&self, exercise: &Exercise) -> Vec<Blocker> {
        let mut all: Vec<Blocker> = Vec::new();
        for backend in &exercise.backends {
            for blocker in self.tools.missing(*backend, &exercise.needs) {
                if !all.contains(&blocker) {
                    all.push(blocker);
                }
            }
        }
        all
    }

    /// Has messages name files where the exercise keeps them, not where the runner staged them.
    pub fn without_stage(&self, evidence: &mut Evidence, exercise: &Exercise) {
        let own = exercise.dir.display().to_string();
        let staged = format!("{}{own}", self.stage.prefix());
        let absolute = format!("{}/", self.stage.dir.display());
        if staged == own {
            return;
        }
        for text in evidence.texts_mut() {
            if text.contains(&staged) {
                *text = text.replace(&absolute, "").replace(&staged, &own);
            }
        }
    }
}

/// One exercise on its way through a run.
pub struct Check<'a> {
    /// Which one.
    pub exercise: &'a Exercise,
    state: State,
    /// The tests of which a listener has heard.
    told: BTreeSet<(BackendKind, TestId)>,
}

/// What is known of an exercise: evidence, and, once no more is asked for, its outcome.
enum State {
    Open(Case),
    Judged(Outcome),
}

impl<'a> Check<'a> {
    fn new(exercise: &'a Exercise, known: Vec<Evidence>) -> Self {
        let mut case = Case::new(exercise.id.clone());
        case.add(known);
        Self {
            exercise,
            state: State::Open(case),
            told: BTreeSet::new(),
        }
    }

    /// Whether it is not judged yet, and passes so far.
    pub fn is_passing(&self) -> bool {
        matches!(&self.state, State::Open(case) if case.is_passing())
    }

    /// Takes note of evidence; there is none to take once it is judged.
    pub fn add(&mut self, evidence: impl IntoIterator<Item = Evidence>) {
        if let State::Open(case) = &mut self.state {
            case.add(evidence);
        }
    }

    /// Runs its tests on all its backends, or says what keeps it from that.
    fn run(&mut self, run: &Run<'_>, backends: &dyn Backend) {
        let exercise = self.exercise;
        let blockers = run.blockers(exercise);
        if !blockers.is_empty() {
            self.add(blockers.into_iter().map(Evidence::Blocked));
            return;
        }
        (run.on_event)(Event::Running {
            exercise: exercise.id.clone(),
        });
        let told = Mutex::new(BTreeSet::new());
        let on_event = |event: Event| {
            if let Event::TestFinished(test) = &event {
                let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                told.insert((test.backend, test.id.clone()));
            }
            (run.on_event)(event);
        };
        let heard = Run {
            on_event: &on_event,
            ..*run
        };
        let started = Instant::now();
        for backend in &exercise.backends {
            let mut evidence = backends.run(&heard, exercise, *backend);
            if exercise.kind == Kind::Mutants
                && let Evidence::Tests(tests) = &mut evidence
            {
                mutants::explain(exercise, tests);
            }
            run.without_stage(&mut evidence, exercise);
            self.add([evidence]);
        }
        self.told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(case) = &mut self.state {
            case.took(started.elapsed());
        }
    }

    /// Judges it, unless it is `open` to further questions, which are asked only where all is well so far.
    fn close_unless(&mut self, run: &Run<'_>, open: bool) {
        if open && self.is_passing() {
            return;
        }
        if let State::Open(case) = &self.state {
            self.state = State::Judged(self.judged(run, case.clone()));
        }
    }

    fn outcome(self, run: &Run<'_>) -> Outcome {
        match &self.state {
            State::Open(case) => self.judged(run, case.clone()),
            State::Judged(outcome) => outcome.clone(),
        }
    }

    fn judged(&self, run: &Run<'_>, case: Case) -> Outcome {
        let outcome = case.judge();
        let is_told = |test: &TestResult| self.told.contains(&(test.backend, test.id.clone()));
        for test in outcome.tests().iter().filter(|test| !is_told(test)) {
            (run.on_event)(Event::test_finished(outcome.id(), test));
        }
        (run.on_event)(Event::Finished {
            outcome: Box::new(outcome.clone()),
        });
        outcome
    }
}

/// Sends each exercise to the backend that it asks for.
struct Backends {
    host: host::Host,
    wasm: wasm::Wasm,
}

impl Backend for Backends {
    fn run(&self, run: &Run<'_>, exercise: &Exercise, backend: BackendKind) -> Evidence {
        match backend.harness() {
            Harness::Nextest { .. } => self.host.run(run, exercise, backend),
            Harness::WasmPack { .. } => self.wasm.run(run, exercise, backend),
        }
    }
}

/// A tool that did not do what it is for: not the learner's fault.
pub fn broken(what: impl Into<String>, fix: impl Into<String>) -> Evidence {
    Evidence::Blocked(Blocker::new(what, fix))
}

fn in_words(build: &Build) -> String {
    let exercises = text::count(build.packages.len(), "exercise");
    format!("{exercises} for {}", build.backend.backend().platform)
}

/// How long a whole run of an exercise may take before it is taken for hung: every test's own
/// limit is enforced by nextest, so this is a net below the net.
pub fn overall_limit(exercise: &Exercise, tests: usize) -> Duration {
    Duration::from_secs(60) + exercise.timeout * u32::try_from(tests.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod tests;
