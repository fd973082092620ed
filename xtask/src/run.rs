//! Running a side of some exercises: build once for many, run each, judge.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use workbook::{
    catalog::{Exercise, Kind},
    event::Event,
    outcome::{self, BackendKind, Blocker, Evidence, Outcome},
    plan::{self, Build},
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
pub mod tools;
pub mod wasm;

/// What the machine offers to a run.
pub trait Tools: Sync {
    /// What is missing for this backend and these needs, each with what would mend it.
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

    /// Checks these exercises: builds all that cargo can build together, then runs each one's
    /// backends in order, several exercises at once, then the gates of those that passed.
    ///
    /// # Errors
    /// Only where the runner itself cannot go on (its own folders cannot be written); whatever
    /// concerns one exercise is in its outcome.
    pub fn check(&self, exercises: &[&Exercise]) -> Result<Vec<Outcome>> {
        (self.on_event)(Event::Started {
            exercises: exercises.len(),
        });
        let ready: Vec<&Exercise> = exercises
            .iter()
            .copied()
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
        let outcomes = bounded(jobs(), exercises, |exercise| {
            let outcome = self.check_one(&backends, exercise);
            // Judged for good only after its mutants and gates; what failed is told at once.
            let is_open = exercise.kind == Kind::Mutants || !exercise.gates.is_empty();
            if !is_open || !gates::worth_asking(&outcome) {
                (self.on_event)(Event::Finished(Box::new(outcome.clone())));
            }
            outcome
        });
        let outcomes = mutants::check(self, exercises, outcomes)?;
        gates::check(self, exercises, outcomes)
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

    fn check_one(&self, backends: &dyn Backend, exercise: &Exercise) -> Outcome {
        let started = Instant::now();
        let mut evidence: Vec<Evidence> = self
            .blockers(exercise)
            .into_iter()
            .map(Evidence::Blocked)
            .collect();
        if evidence.is_empty() {
            (self.on_event)(Event::Running(exercise.id.clone()));
            for backend in &exercise.backends {
                evidence.push(backends.run(self, exercise, *backend));
            }
        }
        if exercise.kind == Kind::Mutants
            && let [Evidence::Tests(tests)] = evidence.as_mut_slice()
            && tests.is_empty()
        {
            tests.push(outcome::mutants::no_tests());
        }
        let mut outcome = Outcome::judge(exercise.id.clone(), evidence, started.elapsed());
        if exercise.kind == Kind::Mutants {
            mutants::explain_rejections(self, &mut outcome, exercise);
        }
        self.without_stage(&mut outcome, exercise);
        outcome
    }
}

impl Run<'_> {
    /// Messages name files where the exercise keeps them, not where the runner staged them.
    pub fn without_stage(&self, outcome: &mut Outcome, exercise: &Exercise) {
        let own = exercise.dir.display().to_string();
        let staged = format!("{}{own}", self.stage.prefix());
        let absolute = format!("{}/", self.stage.dir.display());
        let clean = |text: &mut String| {
            if text.contains(&staged) {
                *text = text.replace(&absolute, "").replace(&staged, &own);
            }
        };
        if staged != own {
            outcome
                .tests
                .iter_mut()
                .for_each(|test| clean(&mut test.message));
            outcome
                .compile_error
                .iter_mut()
                .for_each(|error| clean(&mut error.rendered));
        }
    }
}

/// Sends each exercise to the backend that it asks for.
struct Backends {
    host: host::Host,
    wasm: wasm::Wasm,
}

impl Backend for Backends {
    fn run(&self, run: &Run<'_>, exercise: &Exercise, backend: BackendKind) -> Evidence {
        match backend {
            BackendKind::Host | BackendKind::Qemu => self.host.run(run, exercise, backend),
            BackendKind::WasmNode | BackendKind::WasmBrowser => {
                self.wasm.run(run, exercise, backend)
            }
        }
    }
}

/// A tool that did not do what it is for: not the learner's fault.
pub fn broken(what: impl Into<String>, mend: impl Into<String>) -> Evidence {
    Evidence::Blocked(Blocker {
        what: what.into(),
        mend: mend.into(),
    })
}

fn in_words(build: &Build) -> String {
    let count = build.packages.len();
    let plural = if count == 1 { "" } else { "s" };
    let place = match build.backend {
        BackendKind::Host => "the host",
        BackendKind::Qemu => "Cortex-M",
        BackendKind::WasmNode | BackendKind::WasmBrowser => "WebAssembly",
    };
    format!("{count} exercise{plural} for {place}")
}

fn jobs() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Applies `work` to every item, at most `jobs` at once; results come in the items' order.
pub fn bounded<T: Sync, R: Send>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::SeqCst)
                    && let Some(item) = items.get(at)
                {
                    let result = work(item);
                    results
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(at, result);
                }
            });
        }
    });
    results
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_values()
        .collect()
}

/// How long a whole run of an exercise may take before it is taken for hung: every test's own
/// limit is enforced by nextest, so this is a net below the net.
pub fn overall_limit(exercise: &Exercise, tests: usize) -> Duration {
    Duration::from_secs(60) + exercise.timeout * u32::try_from(tests.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod tests;
