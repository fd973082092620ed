//! The audit: everything that a reviewer of an exercise would otherwise have to try.
//!
//! Cheap checks come first ([`layout`], [`lock`]), then the runs ([`sides`], [`traps`], [`lints`]).
//! No check stops at what it finds: the report holds the problems of all exercises at once.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use workbook::{
    catalog::{Catalog, Exercise},
    event::Event,
    id::ExerciseId,
    judge::Outcome,
    outcome::Blocker,
};

use layout::Subject;
use memo::Memo;
use workbook_run::{check::Options, context::Context, ui};
use workbook_tools::Choice;

pub mod answer;
mod layout;
mod lints;
mod lock;
mod manifest;
mod memo;
mod mutants;
mod orphans;
mod patch;
mod recorded;
pub mod report;
mod sides;
mod text;
mod traps;
mod variants;

/// What an audit is to do.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// All exercises are audited: look for what belongs to none, too.
    pub everything: bool,
    /// Rewrite what is derived.
    pub bless: bool,
    /// Run even what is unchanged.
    pub fresh: bool,
    /// How to go about missing tools.
    pub setup: Choice,
}

impl Wishes {
    fn options(&self) -> Options<'_> {
        Options {
            setup: &self.setup,
            fresh: self.fresh,
            named: true,
        }
    }
}

/// Which rule a problem breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Every file is in its place and in form.
    Layout,
    /// Each patch is made against the reference as it is, and fits it.
    Patch,
    /// Nothing of the scaffold is left to fill in.
    Unfinished,
    /// Each mutant differs from the given code, compiles, and dies by the reference's tests.
    Mutant,
    /// `exercises.lock` has the ids of the files.
    Lock,
    /// The stub fails for its declared reason.
    Stub,
    /// The reference passes its tests and gates.
    Reference,
    /// The reference passes rustfmt and clippy.
    Lints,
    /// Each trap compiles and dies by its tests.
    Trap,
    /// Each variant passes every test and gate.
    Variant,
    /// A trap's recorded failure is what it fails with.
    Recorded,
    /// No page and no solution is without an exercise.
    Orphan,
}

/// A rule that is broken: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The exercise, unless it is about none.
    pub id: Option<ExerciseId>,
    /// The rule.
    pub check: Check,
    /// The file to look at, relative to the root.
    pub file: PathBuf,
    /// What is wrong and what to do, in full sentences.
    pub message: String,
    /// What a tool said about it; may be empty and have many lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// The exercise.
    pub id: ExerciseId,
    /// What is missing or broken.
    pub what: String,
    /// What would mend it.
    pub mend: String,
}

/// One exercise in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The exercise.
    pub id: ExerciseId,
    /// How many tests and gates the reference was put to.
    pub tests: usize,
    /// How many mutants of the given code it has.
    #[serde(skip_serializing_if = "is_zero")]
    pub mutants: usize,
    /// How many traps it has.
    pub traps: usize,
    /// How many of them died as they should.
    pub killed: usize,
    /// How many variants it has.
    #[serde(skip_serializing_if = "is_zero")]
    pub variants: usize,
    /// How many of them passed.
    #[serde(skip_serializing_if = "is_zero")]
    pub accepted: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Everything that an audit found.
#[derive(Debug, Default)]
pub struct Findings {
    /// The exercises, in the book's order.
    pub lines: Vec<Line>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What could not be checked.
    pub blocked: Vec<Blocked>,
    /// What was rewritten, relative to the root.
    pub blessed: Vec<PathBuf>,
}

impl Findings {
    fn problem(
        &mut self,
        exercise: &Exercise,
        check: Check,
        file: impl AsRef<Path>,
        message: impl Into<String>,
    ) {
        self.problem_with(exercise, check, file, message, String::new());
    }

    fn problem_with(
        &mut self,
        exercise: &Exercise,
        check: Check,
        file: impl AsRef<Path>,
        message: impl Into<String>,
        detail: String,
    ) {
        let (id, file) = (Some(exercise.id.clone()), file.as_ref().to_owned());
        self.problems.push(Problem {
            id,
            check,
            file,
            message: message.into(),
            detail,
        });
    }

    /// Takes note of what kept an outcome from being complete, each reason once an exercise.
    fn blocked_by(&mut self, outcome: &Outcome) {
        for Blocker { what, fix } in outcome.blocked_by() {
            self.block(outcome.id(), what, fix);
        }
    }

    fn block(&mut self, id: &ExerciseId, what: &str, mend: &str) {
        let (id, what, mend) = (id.clone(), what.to_owned(), mend.to_owned());
        let blocked = Blocked { id, what, mend };
        if !self.blocked.contains(&blocked) {
            self.blocked.push(blocked);
        }
    }

    fn line(&mut self, id: &ExerciseId) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.id == *id)
    }

    /// Sorts the problems by exercise, then by check; those of no exercise come last.
    fn sort(&mut self) {
        let place = |id: &Option<ExerciseId>| {
            self.lines
                .iter()
                .position(|line| Some(&line.id) == id.as_ref())
                .unwrap_or(usize::MAX)
        };
        let mut keyed: Vec<_> = self
            .problems
            .drain(..)
            .map(|problem| ((place(&problem.id), problem.check), problem))
            .collect();
        keyed.sort_by_key(|(key, _)| *key);
        self.problems = keyed.into_iter().map(|(_, problem)| problem).collect();
    }
}

/// Audits `exercises`.
///
/// # Errors
/// Where the runner itself cannot go on; whatever is wrong with exercises is in the findings.
pub fn run(
    ctx: &Context,
    catalog: &Catalog,
    exercises: &[&Exercise],
    wishes: Wishes,
    progress: &ui::Progress,
) -> Result<Findings> {
    let mut findings = Findings::default();
    progress.say("looking at files");
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for exercise in exercises {
        findings.lines.push(Line {
            id: exercise.id.clone(),
            tests: 0,
            mutants: 0,
            traps: 0,
            killed: 0,
            variants: 0,
            accepted: 0,
        });
        // A broken list is told below.
        if wishes.bless && answer::list::all(ctx, exercise).is_ok() {
            answer::record::all(ctx, exercise, &mut findings)?;
        }
        let subject = layout::look(ctx, exercise, &mut findings)?;
        if let Some(line) = findings.line(&exercise.id) {
            line.traps = subject.traps.len();
            line.variants = subject.variants.len();
        }
        subjects.push(subject);
    }
    if wishes.everything {
        orphans::look(ctx, catalog, &mut findings)?;
    }
    lock::look(ctx, catalog, exercises, wishes, &mut findings)?;
    let memo = Memo::new(ctx, wishes.fresh)?;
    // "failed" is what a trap is for: only what is being done is shown.
    let on_event = |event: Event| {
        if !matches!(event, Event::Finished { .. }) {
            progress.on(&event);
        }
    };
    subjects.retain(|subject| subject.runnable);
    sides::stubs(ctx, &subjects, wishes, &mut findings, &on_event)?;
    if !ctx.cancel.is_raised() {
        let compiled = sides::references(ctx, &subjects, wishes, &mut findings, &on_event)?;
        progress.say("running rustfmt and clippy on the references");
        lints::look(ctx, &compiled, &memo, &mut findings)?;
    }
    variants::look(ctx, &subjects, wishes, &mut findings, &on_event);
    traps::look(ctx, &subjects, wishes, &memo, &mut findings, &on_event)?;
    findings.sort();
    Ok(findings)
}
