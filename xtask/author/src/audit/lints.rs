//! Whether references are formatted, pass clippy, and document everything public.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use workbook::{
    catalog::{Exercise, Kind},
    judge::Outcome,
    outcome::Blocker,
    plan::Side,
};

use super::{Check, Findings, memo::Memo, text};
use workbook_run::{
    context::Context,
    exec::{Cmd, Exit},
    files::Overlay,
    run::gates,
    stage::Stage,
};

const QUESTION: &str = "lints";

/// What rustfmt and clippy think of a reference.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Answer {
    unformatted: Vec<PathBuf>,
    clippy: String,
}

/// Asks rustfmt and clippy about the references that compile, all unknown ones at once.
pub fn look(
    ctx: &Context,
    references: &[(&Exercise, Overlay, Outcome)],
    memo: &Memo<'_>,
    findings: &mut Findings,
) -> Result<()> {
    let mut compiled = Vec::new();
    let mut unknown = Vec::new();
    for (exercise, overlay, outcome) in references {
        if outcome.compile_error().is_some() {
            continue;
        }
        compiled.push((*exercise, overlay.clone()));
        match memo.get::<Answer>(exercise, QUESTION, overlay)? {
            Some(answer) => tell(exercise, &answer, findings),
            None => unknown.push((*exercise, overlay)),
        }
    }
    if unknown.is_empty() || ctx.cancel.is_raised() {
        return Ok(());
    }
    let stage = Stage::create(ctx, Side::Solutions, &compiled)?;
    let answers = match ask(ctx, &stage, &unknown)? {
        Ok(answers) => answers,
        Err(Blocker { what, fix }) => {
            for (exercise, _) in &unknown {
                findings.block(&exercise.id, &what, &fix);
            }
            return Ok(());
        }
    };
    for ((exercise, overlay), answer) in unknown.iter().zip(answers) {
        tell(exercise, &answer, findings);
        memo.put(exercise, QUESTION, overlay, answer)?;
    }
    Ok(())
}

fn tell(exercise: &Exercise, answer: &Answer, findings: &mut Findings) {
    for path in &answer.unformatted {
        let file = exercise.solution_dir().join(path);
        let message = format!(
            "the reference is not formatted; run `rustfmt {}`.",
            file.display()
        );
        findings.problem(exercise, Check::Lints, &file, message);
    }
    if !answer.clippy.is_empty() {
        let file = exercise.solution_dir().join(&exercise.edit[0]);
        let message =
            "clippy, with warnings and missing docs as errors, objects to the reference; mend it.";
        findings.problem_with(
            exercise,
            Check::Lints,
            file,
            message,
            text::staged_excerpt(
                &answer.clippy,
                &Side::Solutions,
                exercise,
                &exercise.solution_dir(),
            ),
        );
    }
}

fn ask(
    ctx: &Context,
    stage: &Stage,
    references: &[(&Exercise, &Overlay)],
) -> Result<Result<Vec<Answer>, Blocker>> {
    let unformatted = match rustfmt(ctx, stage, references)? {
        Ok(files) => files,
        Err(blocker) => return Ok(Err(blocker)),
    };
    // The tests of an exercise are the reference only where the learner writes tests.
    let (tests, code): (Vec<_>, Vec<_>) = references
        .iter()
        .partition(|(exercise, _)| exercise.kind == Kind::Mutants);
    let mut diagnostics = Vec::new();
    for (references, targets) in [(code, None), (tests, Some("--all-targets"))] {
        if references.is_empty() {
            continue;
        }
        let asked = gates::clippy(
            &*ctx.exec,
            stage,
            workbook_tools::build_env(ctx),
            references.iter().map(|(exercise, _)| *exercise),
            targets,
            ["-Dwarnings", "-Dmissing_docs"],
        )?;
        match asked {
            Ok(built) => diagnostics.extend(built.diagnostics),
            Err(blocker) => return Ok(Err(blocker)),
        }
    }
    let answer = |exercise: &Exercise| {
        let own = diagnostics
            .iter()
            .filter(|found| found.package == exercise.package && found.is_error());
        let dir = stage.package_dir(exercise);
        let files = unformatted
            .iter()
            .filter_map(|file| Some(file.strip_prefix(&dir).ok()?.to_owned()));
        Answer {
            unformatted: files.collect(),
            clippy: own.map(|found| found.rendered.as_str()).collect(),
        }
    };
    Ok(Ok(references
        .iter()
        .map(|(exercise, _)| answer(exercise))
        .collect()))
}

/// The staged files of the references that rustfmt would change.
fn rustfmt(
    ctx: &Context,
    stage: &Stage,
    references: &[(&Exercise, &Overlay)],
) -> Result<Result<Vec<PathBuf>, Blocker>> {
    let files = references.iter().flat_map(|(exercise, overlay)| {
        let rust = overlay
            .keys()
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
        rust.map(|path| stage.package_dir(exercise).join(path))
    });
    let cmd = Cmd::new("rustfmt")
        .args(["--check", "-l", "--color=never", "--edition", &edition(ctx)])
        .args(files)
        .cwd(&stage.dir);
    let output = ctx.exec.run(&cmd).context("failed to start rustfmt")?;
    let stdout = output.stdout();
    let unformatted: Vec<PathBuf> = stdout.lines().map(PathBuf::from).collect();
    Ok(
        if output.success() || (output.exit == Exit::Code(1) && !unformatted.is_empty()) {
            Ok(unformatted)
        } else {
            let what = format!("rustfmt broke: {}", text::excerpt(&output.stderr()));
            Err(Blocker::new(
                what,
                "install rustfmt: `rustup component add rustfmt`, or Debian's rustfmt",
            ))
        },
    )
}

/// The edition of the workspace's packages.
fn edition(ctx: &Context) -> String {
    let manifest = fs::read_to_string(ctx.root.join("Cargo.toml")).unwrap_or_default();
    let parsed = manifest.parse::<toml_edit::DocumentMut>().ok();
    let edition = parsed.and_then(|manifest| {
        Some(
            manifest
                .get("workspace")?
                .get("package")?
                .get("edition")?
                .as_str()?
                .to_owned(),
        )
    });
    edition.unwrap_or_else(|| "2024".to_owned())
}
