//! Native and Cortex-M tests: one cargo build for many packages, then cargo-nextest for each.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Result, bail};
use workbook::{
    catalog::{Exercise, Kind, Profile},
    outcome::{
        BackendKind, Evidence,
        cargo::{self, BuildOutput},
        junit,
    },
    plan::Build,
};

use super::{Backend, Run, artifacts, broken, doctests, faults, nextest, overall_limit, postgres};
use crate::exec::{Cmd, Exit, Limits};

/// The builds made so far, and the workspace's metadata, which nextest asks for at each start.
#[derive(Default)]
pub struct Host {
    built: BTreeMap<(BackendKind, String), Arc<BuildOutput>>,
    /// What kept a package from being built, where that was not its code.
    unbuilt: BTreeMap<(BackendKind, String), Evidence>,
    metadata: Mutex<Option<PathBuf>>,
}

impl Host {
    /// Builds the tests of these packages. That some do not compile is no error: the others are
    /// built all the same, and each is told its own.
    pub fn build(&mut self, run: &Run<'_>, build: &Build, exercises: &[&Exercise]) -> Result<()> {
        let members: Vec<&Exercise> = exercises
            .iter()
            .copied()
            .filter(|exercise| build.packages.contains(&exercise.package))
            .collect();
        // For a board all tests are meant that fit it: cargo leaves those out whose required features
        // are missing there, but refuses them where they are named.
        let unit_tests = build.backend.target().is_some()
            || members
                .iter()
                .any(|exercise| has_unit_tests(&run.stage.package_dir(exercise)));
        let output = run
            .exec()
            .run(&build_cmd(run, build, &members, unit_tests))
            .context("failed to start cargo; is it on the PATH?")?;
        if output.exit == Exit::Cancelled {
            return Ok(());
        }
        if output.truncated {
            bail!(
                "cargo printed more than the runner keeps; verify fewer exercises at a time to see what"
            );
        }
        let parsed = Arc::new(cargo::parse(&output.stdout));
        if parsed.success.is_none() {
            return Err(faults::explained(
                "cargo could not build the exercises",
                &output.stderr(),
            ));
        }
        for package in &build.packages {
            let fault = faults::unbuilt(&output, &parsed, package, build.backend);
            if let Some(fault) = fault {
                self.unbuilt.insert((build.backend, package.clone()), fault);
            }
            self.built
                .insert((build.backend, package.clone()), Arc::clone(&parsed));
        }
        Ok(())
    }

    /// What cargo said while it built a package for the host.
    pub fn output(&self, package: &Exercise) -> Option<&BuildOutput> {
        self.built
            .get(&(BackendKind::Host, package.package.clone()))
            .map(|built| &**built)
    }

    /// Removes what was built of these packages themselves, which nobody will run again.
    pub fn remove_built(&self) {
        for ((_, package), built) in &self.built {
            let own = built
                .artifacts
                .iter()
                .filter(|made| made.package == *package);
            for file in own.flat_map(|made| made.files.iter().chain(&made.executable)) {
                let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                let list = format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem));
                // What can't be removed only takes room.
                let _ = fs::remove_file(file);
                let _ = fs::remove_file(file.with_file_name(list));
            }
        }
    }

    /// The file with `cargo metadata` of the stage, made again when a manifest changed.
    fn metadata(&self, run: &Run<'_>) -> Result<PathBuf> {
        let mut kept = self
            .metadata
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(file) = &*kept {
            return Ok(file.clone());
        }
        let file = nextest::metadata(run)?;
        Ok(kept.insert(file).clone())
    }

    fn run_tests(
        &self,
        run: &Run<'_>,
        exercise: &Exercise,
        backend: BackendKind,
        built: &BuildOutput,
    ) -> Result<Evidence> {
        let scratch = run.scratch(exercise, backend);
        fs::create_dir_all(&scratch)
            .with_context(|| format!("failed to create {}", scratch.display()))?;
        let binaries = nextest::binaries(run, exercise, backend, built);
        if binaries.count == 0 {
            return Ok(broken(
                format!("{} has no tests to run", exercise.id),
                "restore its tests: `git checkout exercises`",
            ));
        }
        // On a board, QEMU reads it.
        if backend == BackendKind::Host
            && let Some((file, error)) = binaries.unstartable()
        {
            return Ok(broken(
                format!("the system does not start {}: {error}", file.display()),
                "move the workbook to a file system that is mounted without `noexec`",
            ));
        }
        let junit_file = nextest::junit_file(&scratch);
        // What a former run left must not be taken for this one's.
        let _ = fs::remove_file(&junit_file);
        let limit = overall_limit(exercise, binaries.count * 50);
        let artifacts = match artifacts::build(run, exercise, backend) {
            Ok(artifacts) => artifacts,
            Err(evidence) => return Ok(evidence),
        };
        let server = match postgres::env(run, exercise) {
            Ok(server) => server,
            Err(blocker) => return Ok(Evidence::Blocked(blocker)),
        };
        let cmd = nextest::cmd(
            run,
            exercise,
            backend,
            &self.metadata(run)?,
            &binaries,
            &scratch,
        )?
        .envs(artifacts)
        .envs(server)
        .timeout(limit);
        let output = nextest::start(run, exercise, backend, cmd)?;
        if let Some(blocker) = postgres::lost(run, exercise) {
            return Ok(Evidence::Blocked(blocker));
        }
        let Ok(xml) = fs::read_to_string(&junit_file) else {
            let said = output.stderr();
            return Ok(match output.exit {
                Exit::TimedOut => broken("cargo-nextest did not end", "run `cargo xtask doctor`"),
                // It stands between nextest and each test.
                _ if nextest::could_not_list(&said) && !run.ctx.exe.exists() => broken(
                    format!(
                        "the runner {} is gone, or is being built anew",
                        run.ctx.exe.display()
                    ),
                    "run it again",
                ),
                _ if nextest::could_not_list(&said) => {
                    Evidence::Tests(vec![nextest::listing_failed(
                        &exercise.package,
                        backend,
                        &said,
                    )])
                }
                _ => broken(
                    format!("cargo-nextest broke: {}", said.trim()),
                    "run `cargo xtask doctor`",
                ),
            });
        };
        match junit::parse(&xml, backend) {
            Ok(mut tests) => {
                let package = run.stage.package_dir(exercise);
                // Where the learner writes tests, the examples are the given code's own.
                let examples_count = exercise.kind == Kind::Tests;
                let all_are_asked_for = run.stage.only(exercise).is_none();
                if backend == BackendKind::Host
                    && examples_count
                    && all_are_asked_for
                    && doctests::has_any(&package)
                {
                    tests.extend(doctests::run(run, exercise)?);
                }
                Ok(Evidence::Tests(tests))
            }
            Err(error) => Ok(broken(
                format!("cargo-nextest's report is broken: {error}"),
                "run `cargo xtask doctor`",
            )),
        }
    }
}

impl Backend for Host {
    fn run(&self, run: &Run<'_>, exercise: &Exercise, backend: BackendKind) -> Evidence {
        let key = (backend, exercise.package.clone());
        if let Some(evidence) = self.unbuilt.get(&key) {
            return evidence.clone();
        }
        let Some(built) = self.built.get(&key) else {
            return broken("the run was stopped before it was built", "run it again");
        };
        if let Some(error) = built.compile_error(&exercise.package) {
            return Evidence::CompileError(error);
        }
        match self.run_tests(run, exercise, backend, built) {
            Ok(evidence) => evidence,
            Err(error) => broken(format!("{error:#}"), "run `cargo xtask doctor`"),
        }
    }
}

/// `cargo build --tests`: like `cargo test --no-run`, but it goes on past packages that fail.
fn build_cmd(run: &Run<'_>, build: &Build, members: &[&Exercise], unit_tests: bool) -> Cmd {
    let mut cmd = Cmd::new("cargo")
        .args([
            "build",
            "--keep-going",
            "--message-format=json-diagnostic-rendered-ansi",
        ])
        // A library without tests of its own needs no test harness linked around it: a third of what
        // is built after an edit.
        .args(if unit_tests {
            &["--tests"][..]
        } else {
            &["--test", "*"]
        })
        .args(run.stage.select(members.iter().copied()))
        .envs(run.tools.env(build.backend))
        .envs(run.stage.env())
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .limits(Limits::of(build.packages.iter().map(String::as_str)))
        .cwd(&run.stage.dir);
    if build.profile == Profile::Release {
        cmd = cmd.arg("--release");
    }
    if let Some(target) = build.backend.target() {
        cmd = cmd.args(["--target", target]);
    }
    offline(cmd, run)
}

/// Whether any source file may hold tests of its own: a test attribute of any crate, a module for
/// tests, or a macro that makes them.
fn has_unit_tests(package: &Path) -> bool {
    const SIGNS: &[&str] = &[
        "test]",
        "(test",
        "::test(",
        "test!",
        "test_case",
        "rstest",
        "quickcheck",
    ];
    let sources = walkdir::WalkDir::new(package.join("src"))
        .into_iter()
        .flatten();
    let mut rust = sources.filter(|entry| {
        entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
    });
    rust.any(|entry| {
        fs::read_to_string(entry.path())
            .map_or(true, |text| SIGNS.iter().any(|sign| text.contains(sign)))
    })
}

/// Cargo may go to the network only where a dependency has never been fetched.
fn offline(cmd: Cmd, run: &Run<'_>) -> Cmd {
    if run.ctx.root.join("target/workbook/fetched").exists() {
        cmd.arg("--offline")
    } else {
        cmd
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_in_the_library_are_noticed() {
        let package = tempfile::tempdir().unwrap();
        fs::create_dir(package.path().join("src")).unwrap();
        let holds = |text: &str| {
            fs::write(package.path().join("src/lib.rs"), text).unwrap();
            has_unit_tests(package.path())
        };
        for text in [
            "#[test]\nfn a() {}",
            "#[cfg(test)]\nmod tests;",
            "#[tokio::test(start_paused = true)]\nasync fn a() {}",
            "proptest! {}",
            "#[cfg(all(test, unix))]\nmod t {\n    #[test]\n    fn a() {}\n}",
        ] {
            assert!(holds(text), "{text}");
        }
        assert!(!holds("//! The tests are elsewhere.\npub fn latest() {}\n"));
    }
}
