//! Gates: lints that a solution must pass once its tests do. Packages with the same gates share
//! one clippy start.

use std::{collections::BTreeMap, ffi::OsString};

use anyhow::{Context as _, Result};
use workbook::{
    backend::BackendKind,
    catalog::{Exercise, Gate},
    outcome::{
        Blocker, Evidence, TestResult,
        cargo::{self, BuildOutput, Diagnostic},
    },
};

use super::{Check, Run};
use crate::{
    exec::{Cmd, Executor, Exit, Limits},
    files::write_if_changed,
    stage::Stage,
};

/// Asks the gates of every exercise that passes so far.
pub fn check(run: &Run<'_>, checks: &mut [Check<'_>]) -> Result<()> {
    let mut groups: BTreeMap<Vec<&'static str>, Vec<usize>> = BTreeMap::new();
    for (at, check) in checks.iter().enumerate() {
        let gates = &check.exercise.gates;
        if !gates.is_empty() && check.is_passing() {
            let mut names: Vec<_> = gates.iter().map(|gate| gate.name()).collect();
            names.sort_unstable();
            groups.entry(names).or_default().push(at);
        }
    }
    for members in groups.into_values() {
        let gates = &checks[members[0]].exercise.gates;
        let packages = members.iter().map(|&at| checks[at].exercise);
        let flags = gates.iter().flat_map(|gate| gate.lint_flags()).copied();
        let env = run.tools.env(BackendKind::Host);
        let asked = clippy(run.exec(), run.stage, env, packages, None, flags)?;
        for at in members {
            let exercise = checks[at].exercise;
            match &asked {
                // Silence is no praise: the lints must have come to their end.
                Ok(built) if !was_asked(built, exercise) => {
                    checks[at].add([Evidence::Blocked(Blocker::new(
                        "cargo clippy did not come to its end",
                        "run it again",
                    ))]);
                }
                Ok(built) => {
                    let mut results = results(exercise, built);
                    for evidence in &mut results {
                        run.without_stage(evidence, exercise);
                    }
                    checks[at].add(results);
                }
                Err(blocker) => checks[at].add([Evidence::Blocked(blocker.clone())]),
            }
        }
    }
    Ok(())
}

/// Whether clippy has said all that it had to say of an exercise.
fn was_asked(built: &BuildOutput, exercise: &Exercise) -> bool {
    let package = &exercise.package;
    built.success == Some(true)
        || built.errors().any(|error| error.package == *package)
        || built
            .artifacts
            .iter()
            .any(|artifact| artifact.package == *package)
}

/// What clippy's errors say of each gate of an exercise; those that are no gate's business stand alone.
fn results(exercise: &Exercise, built: &BuildOutput) -> Vec<Evidence> {
    let own = built.diagnostics.iter();
    let errors: Vec<&Diagnostic> = own
        .filter(|found| found.package == exercise.package && found.is_error())
        .collect();
    let rendered = |wanted: &dyn Fn(&str) -> bool| -> String {
        let wanted = errors
            .iter()
            .filter(|found| wanted(found.code.as_deref().unwrap_or_default()));
        wanted.map(|found| found.rendered.as_str()).collect()
    };
    let of = |gate: &Gate| {
        let objection = rendered(&|code| speaks_for(*gate, code));
        TestResult::gate(&exercise.package, gate.name(), objection)
    };
    let other = rendered(&|code| !exercise.gates.iter().any(|gate| speaks_for(*gate, code)));
    let other = (!other.is_empty()).then(|| TestResult::gate(&exercise.package, "clippy", other));
    let results = exercise.gates.iter().map(of).chain(other);
    results.map(Evidence::Gate).collect()
}

fn speaks_for(gate: Gate, code: &str) -> bool {
    gate.lint_flags().iter().any(|flag| flag[2..] == *code)
}

/// What clippy says of exercises of a stage, in an environment in which they can be built, of their `targets` (a flag of
/// cargo's) where given, with these flags for the lints; or what kept it from saying anything.
pub fn clippy<'a>(
    exec: &dyn Executor,
    stage: &Stage,
    env: Vec<(OsString, OsString)>,
    exercises: impl IntoIterator<Item = &'a Exercise>,
    targets: Option<&str>,
    flags: impl IntoIterator<Item = &'a str>,
) -> Result<Result<BuildOutput, Blocker>> {
    // Clippy takes the first `clippy.toml` from the package upwards, also one above the clone. This one is the first.
    let settings = stage.target_dir.join("workbook/clippy");
    write_if_changed(&settings.join("clippy.toml"), b"")?;
    let exercises: Vec<&Exercise> = exercises.into_iter().collect();
    let packages = exercises.iter().map(|exercise| exercise.package.as_str());
    let cmd = Cmd::new("cargo")
        .limits(Limits::of(packages))
        .args([
            "clippy",
            "--offline",
            "--keep-going",
            "--message-format=json-diagnostic-rendered-ansi",
        ])
        .args(stage.select(exercises.iter().copied()))
        .args(targets)
        .arg("--")
        .args(flags)
        .envs(env)
        .env("CLIPPY_CONF_DIR", settings)
        .envs(stage.env())
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .cwd(&stage.dir);
    let output = exec.run(&cmd).context("failed to start cargo clippy")?;
    let built = cargo::parse(&output.stdout);
    if output.exit == Exit::Cancelled || built.success.is_none() {
        return Ok(Err(Blocker::new(
            format!("cargo clippy broke: {}", output.stderr().trim()),
            "install clippy: `rustup component add clippy`, or Debian's rust-clippy",
        )));
    }
    Ok(Ok(built))
}
