//! Gates: lints that a solution must pass once its tests do. Packages with the same gates share
//! one clippy start.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use workbook::{
    catalog::{Exercise, Gate},
    event::Event,
    outcome::{
        BackendKind, Blocker, Outcome, TestResult, Verdict,
        cargo::{self, BuildOutput},
    },
};

use super::Run;
use crate::{
    exec::{Cmd, Executor, Exit},
    stage::{Stage, write_if_changed},
};

/// Whether an outcome is so good that its gates decide.
pub fn worth_asking(outcome: &Outcome) -> bool {
    outcome.verdict == Verdict::Passed
}

/// Asks the gates of every exercise that passed its tests, and tells each of these outcomes.
pub fn check(
    run: &Run<'_>,
    exercises: &[&Exercise],
    mut outcomes: Vec<Outcome>,
) -> Result<Vec<Outcome>> {
    let mut groups: BTreeMap<Vec<&'static str>, Vec<usize>> = BTreeMap::new();
    for (at, (exercise, outcome)) in exercises.iter().zip(&outcomes).enumerate() {
        if worth_asking(outcome) && !exercise.gates.is_empty() {
            let mut names: Vec<_> = exercise.gates.iter().map(|gate| gate.name()).collect();
            names.sort_unstable();
            groups.entry(names).or_default().push(at);
        }
    }
    for members in groups.into_values() {
        let gates = &exercises[members[0]].gates;
        let packages = members.iter().map(|&at| exercises[at]);
        let flags = gates.iter().flat_map(|gate| gate.lint_flags()).copied();
        let asked = clippy(run.exec(), run.stage, packages, None, flags)?;
        for at in members {
            let outcome = &mut outcomes[at];
            match &asked {
                Ok(built) => {
                    judge(outcome, exercises[at], built);
                    run.without_stage(outcome, exercises[at]);
                }
                Err(blocker) => {
                    outcome.verdict = Verdict::Blocked;
                    outcome.blocked_by.push(blocker.clone());
                }
            }
            (run.on_event)(Event::Finished(Box::new(outcome.clone())));
        }
    }
    Ok(outcomes)
}

fn judge(outcome: &mut Outcome, exercise: &Exercise, built: &cargo::BuildOutput) {
    let own = built
        .diagnostics
        .iter()
        .filter(|found| found.package == exercise.package && found.level == "error");
    let errors: Vec<_> = own
        .filter(|found| !found.message.starts_with("aborting due to"))
        .collect();
    for gate in &exercise.gates {
        let broken = errors.iter().filter(|found| {
            found
                .code
                .as_deref()
                .is_some_and(|code| speaks_for(*gate, code))
        });
        let message: String = broken.map(|found| found.rendered.as_str()).collect();
        outcome.tests.push(result(*gate, message));
    }
    let known = |code: Option<&str>| {
        code.is_some_and(|code| exercise.gates.iter().any(|gate| speaks_for(*gate, code)))
    };
    let other: String = errors
        .iter()
        .filter(|found| !known(found.code.as_deref()))
        .map(|found| found.rendered.as_str())
        .collect();
    if !other.is_empty() {
        outcome.tests.push(TestResult {
            name: "gate: clippy".to_owned(),
            ..result(Gate::Docs, other)
        });
    }
    if outcome
        .tests
        .iter()
        .any(|test| test.verdict == Verdict::Failed)
    {
        outcome.verdict = Verdict::Failed;
    }
}

fn speaks_for(gate: Gate, code: &str) -> bool {
    gate.lint_flags().iter().any(|flag| flag[2..] == *code)
}

fn result(gate: Gate, message: String) -> TestResult {
    let verdict = if message.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    TestResult::new(
        format!("gate: {}", gate.name()),
        BackendKind::Host,
        verdict,
        message,
    )
}

/// What clippy says of exercises of a stage, of their `targets` (a flag of cargo's) where given, with these flags for the
/// lints; or what kept it from saying anything.
pub fn clippy<'a>(
    exec: &dyn Executor,
    stage: &Stage,
    exercises: impl IntoIterator<Item = &'a Exercise>,
    targets: Option<&str>,
    flags: impl IntoIterator<Item = &'a str>,
) -> Result<Result<BuildOutput, Blocker>> {
    // Clippy takes the first `clippy.toml` from the package upwards, also one above the clone. This one is the first.
    let settings = stage.target_dir.join("workbook/clippy");
    write_if_changed(&settings.join("clippy.toml"), b"")?;
    let cmd = Cmd::new("cargo")
        .args([
            "clippy",
            "--offline",
            "--keep-going",
            "--message-format=json-diagnostic-rendered-ansi",
        ])
        .args(stage.select(exercises))
        .args(targets)
        .arg("--")
        .args(flags)
        .env("CLIPPY_CONF_DIR", settings)
        .env("CARGO_TARGET_DIR", &stage.target_dir)
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .cwd(&stage.dir);
    let output = exec.run(&cmd).context("failed to start cargo clippy")?;
    let built = cargo::parse(&output.stdout);
    if output.exit == Exit::Cancelled || built.success.is_none() {
        return Ok(Err(Blocker {
            what: format!("cargo clippy broke: {}", output.stderr().trim()),
            mend: "install clippy: `rustup component add clippy`, or Debian's rust-clippy"
                .to_owned(),
        }));
    }
    Ok(Ok(built))
}
