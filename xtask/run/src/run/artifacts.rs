//! Artifacts: an exercise's own library, built for another target before its host tests start.
//!
//! Cargo would leave every side's library under the same name in the target folder that they share, and
//! a build that it takes for fresh would hand one side the other's. So rustc is told to write the
//! file to a folder of this side's own. Since cargo then misses its own output, it compiles the library
//! at each run and never calls it fresh; dependencies are built once for all sides, as ever.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use workbook::{
    catalog::{Artifact, Exercise, Profile},
    outcome::{BackendKind, Evidence, cargo},
};

use super::{Run, broken, faults};
use crate::exec::{Cmd, Exit, Limits};

/// The variables that tell an exercise's tests where its artifacts are.
pub type Variables = Vec<(String, PathBuf)>;

/// Builds the artifacts of an exercise, which only its host tests load. The error is evidence: code
/// that doesn't compile for their target, or a tool that broke.
pub fn build(
    run: &Run<'_>,
    exercise: &Exercise,
    backend: BackendKind,
) -> Result<Variables, Evidence> {
    if backend != BackendKind::Host {
        return Ok(Variables::new());
    }
    let each = exercise.artifacts.iter().map(|artifact| {
        build_one(run, exercise, artifact)
            .unwrap_or_else(|error| Err(broken(format!("{error:#}"), "run `cargo xtask doctor`")))
            .map(|file| (artifact.variable(), file))
    });
    each.collect()
}

fn build_one(
    run: &Run<'_>,
    exercise: &Exercise,
    artifact: &Artifact,
) -> Result<Result<PathBuf, Evidence>> {
    let dir = run.scratch(exercise, BackendKind::Host).join("artifacts");
    fs::create_dir_all(&dir).with_context(|| format!("failed to create {}", dir.display()))?;
    let file = dir.join(artifact.file_name());
    // What a former run left must not be taken for this one's.
    let _ = fs::remove_file(&file);
    let output = run
        .exec()
        .run(&cmd(run, exercise, artifact, &file))
        .context("failed to start cargo")?;
    if output.exit == Exit::Cancelled {
        return Ok(Err(broken("the run was stopped", "run it again")));
    }
    let built = cargo::parse(&output.stdout);
    if let Some(evidence) = faults::unbuilt(&output, &built, &exercise.package, BackendKind::Host)
        && built.success.is_some()
    {
        return Ok(Err(evidence));
    }
    if let Some(error) = built.compile_error(&exercise.package) {
        return Ok(Err(Evidence::CompileError(error)));
    }
    if built.success == Some(true) && file.exists() {
        return Ok(Ok(file));
    }
    bail!(
        "cargo could not build {} for {}:\n{}",
        artifact.name,
        artifact.target.triple(),
        output.stderr().trim()
    )
}

fn cmd(run: &Run<'_>, exercise: &Exercise, artifact: &Artifact, file: &Path) -> Cmd {
    // Any backend of the artifact's target has the tools to build for it.
    let triple = Some(artifact.target.triple());
    let backend = BackendKind::ALL
        .into_iter()
        .find(|kind| kind.target() == triple);
    let mut cmd = Cmd::new("cargo")
        .args(["rustc", "--offline", "--lib", "--crate-type", "cdylib"])
        .args(["--target", artifact.target.triple()])
        .args(["-p", &exercise.package])
        .arg("--message-format=json-diagnostic-rendered-ansi");
    if exercise.profile == Profile::Release {
        cmd = cmd.arg("--release");
    }
    cmd.arg("--")
        .arg(format!("--emit=link={}", file.display()))
        .envs(run.tools.env(backend.unwrap_or(BackendKind::Host)))
        .envs(run.stage.env())
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .limits(Limits::of([exercise.package.as_str()]))
        .cwd(&run.stage.dir)
}

#[cfg(test)]
mod tests {
    use workbook::{catalog::ArtifactTarget, plan::Side};

    use super::*;
    use crate::{
        context::Context,
        exec::mock::{Mock, output},
        files::Overlay,
        run::tests::{Machine, exercise, workspace},
        stage::Stage,
    };

    /// Builds a guest on a side, while cargo says `said` and leaves the file if `leaves`.
    fn build_guest(side: Side, said: &'static str, leaves: bool) -> Result<Variables, Evidence> {
        let root = workspace(&["one"]);
        let mock = Mock::new(move |cmd| {
            let line = cmd.line();
            let file = line.split("--emit=link=").nth(1).expect("a place for it");
            if leaves {
                fs::write(file, "\0asm")?;
            }
            Ok(output(0, said, "no linker"))
        });
        let ctx = Context::for_tests(root.path(), mock);
        let one = Exercise {
            artifacts: vec![Artifact {
                name: "the-guest".to_owned(),
                target: ArtifactTarget::Wasm32,
            }],
            ..exercise("one")
        };
        let stage = Stage::create(&ctx, side, &[(&one, Overlay::new())]).unwrap();
        let run = Run {
            ctx: &ctx,
            tools: &Machine::default(),
            stage: &stage,
            on_event: &|_| {},
        };
        let variables = build(&run, &one, BackendKind::Host)?;
        Ok(variables
            .into_iter()
            .map(|(name, path)| (name, path.strip_prefix(root.path()).unwrap().to_owned()))
            .collect())
    }

    const GOOD: &str = r#"{"reason":"build-finished","success":true}"#;
    const BAD: &str = r#"{"reason":"compiler-message","package_id":"path+file:///w#start-one@0.1.0","message":{"level":"error","message":"mismatched types","code":{"code":"E0308"},"rendered":"error[E0308]\n"}}
{"reason":"build-finished","success":false}"#;

    #[test]
    fn each_side_has_a_path_of_its_own() {
        let path = |side: Side| build_guest(side, GOOD, true).unwrap();
        let solutions = path(Side::Solutions);
        assert_eq!(
            solutions,
            [(
                "WORKBOOK_ARTIFACT_THE_GUEST".to_owned(),
                "target/workbook/run/solutions/start-one-host/artifacts/the-guest.wasm".into()
            )]
        );
        assert_ne!(solutions, path(Side::Trap("naive".to_owned())));
    }

    #[test]
    fn code_that_does_not_compile_there_is_the_learner_s() {
        let evidence = build_guest(Side::Solutions, BAD, false).unwrap_err();
        let Evidence::CompileError(error) = evidence else {
            panic!("{evidence:?}");
        };
        assert_eq!(error.codes, ["E0308"]);
    }

    #[test]
    fn a_cargo_that_leaves_no_file_is_a_broken_tool() {
        for said in [GOOD, ""] {
            let evidence = build_guest(Side::Solutions, said, false).unwrap_err();
            let Evidence::Blocked(blocker) = evidence else {
                panic!("{evidence:?}");
            };
            assert!(blocker.what.contains("no linker"), "{blocker:?}");
        }
    }
}
