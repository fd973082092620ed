//! Runs a learner's tests against the mutants of the given code: one cargo start builds them all.
//!
//! Each mutant is the exercise's package with the learner's files and the mutant's. It has a name and a folder that
//! say nothing, and the given code is among them once more by such a name: a test that goes by names and places,
//! instead of by what the code does, rejects the given code there, too.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{BuildHasher as _, RandomState},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use workbook::{
    backend::BackendKind,
    black_box,
    catalog::{Exercise, Kind},
    event::Event,
    judge::mutation,
    mutants::{FILE, FOLDER, Mutant},
    outcome::{Blocker, Evidence, TestId, TestResult, Verdict, cargo::BuildOutput},
    parallel::{self, jobs},
    plan,
};

use super::{Backend, Check, Run, host::Host};
use crate::{
    context::Context,
    files::{package_files, write_if_changed},
    mutants,
    pristine::Pristine,
    stage::Stage,
};

/// The folder of all candidates' stage.
const STAGE: &str = "candidates";

/// A version of the given code, as a package of its own.
struct Candidate {
    /// Whose: its place among the exercises.
    at: usize,
    /// `None` for the given code.
    mutant: Option<Mutant>,
    package: Exercise,
    /// Where its own files come from, relative to the root.
    source: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Says of each of the learner's tests that failed on the given code that what it rejects is right, and that there are
/// none where there are none.
pub fn explain(exercise: &Exercise, tests: &mut Vec<TestResult>) {
    if tests.is_empty() {
        tests.push(mutation::no_tests(&exercise.package));
    }
    let of = |path: &PathBuf| TestId::binary_of(&exercise.package, path);
    let written: BTreeSet<String> = exercise.edit.iter().filter_map(of).collect();
    mutation::explain_rejections(tests, &written);
}

/// Runs the mutants of every exercise that has some and whose tests accept the given code.
pub fn check(run: &Run<'_>, checks: &mut [Check<'_>]) -> Result<()> {
    let mut candidates = Vec::new();
    for (at, check) in checks.iter_mut().enumerate() {
        let exercise = check.exercise;
        if exercise.kind != Kind::Mutants || !check.is_passing() {
            continue;
        }
        let package = &exercise.package;
        let gate = TestResult::gate(package, mutation::BLACK_BOX, objection(run, exercise));
        check.add([Evidence::Gate(gate)]);
        if !check.is_passing() {
            continue;
        }
        match candidates_of(run.ctx, run.stage, exercise, at) {
            Ok(all) => candidates.extend(all),
            Err(error) => check.add([Evidence::Blocked(Blocker::new(
                format!("{error:#}"),
                "restore the exercise's own files: `git checkout exercises`",
            ))]),
        }
    }
    for (candidate, seen) in run_all(run, &candidates)? {
        let seen = Box::new(seen);
        checks[candidate.at].add([match &candidate.mutant {
            Some(mutant) => Evidence::Mutant(mutant.clone(), seen),
            None => Evidence::Again(seen),
        }]);
    }
    Ok(())
}

/// The learner's files, by path relative to the root.
fn written(run: &Run<'_>, exercise: &Exercise) -> Vec<(PathBuf, String)> {
    let read = |path: &PathBuf| {
        let bytes = fs::read(run.stage.package_dir(exercise).join(path)).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Some((exercise.dir.join(path), text))
    };
    exercise.edit.iter().filter_map(read).collect()
}

fn objection(run: &Run<'_>, exercise: &Exercise) -> String {
    let object =
        |(path, text): (PathBuf, String)| black_box::objection(&path.display().to_string(), &text);
    let objections: Vec<String> = written(run, exercise).into_iter().map(object).collect();
    objections.concat()
}

/// The given code and its mutants, each with the learner's files as they are on this stage.
fn candidates_of(
    ctx: &Context,
    stage: &Stage,
    exercise: &Exercise,
    at: usize,
) -> Result<Vec<Candidate>> {
    let salt = salt(ctx)?;
    let pristine = Pristine::load(ctx)?;
    let is_published = pristine.files_of(exercise).next().is_some();
    let mut given = package_files(&stage.package_dir(exercise))?;
    // Of tests, only the exercise's own and the learner's: whatever else lies there earns nothing.
    given.retain(|path, _| {
        path != Path::new(FILE)
            && !path.starts_with(FOLDER)
            && (!is_published
                || exercise.edit.contains(path)
                || pristine
                    .files_of(exercise)
                    .any(|known| known == exercise.dir.join(path)))
    });
    let candidate = |mutant: Option<Mutant>, overlay| -> Result<Candidate> {
        let slug = mutant.as_ref().map_or("", |mutant| mutant.slug.as_str());
        let name = opaque(&salt, &exercise.package, slug);
        let mut files = given.clone();
        files.extend(overlay);
        let manifest = files
            .get_mut(Path::new("Cargo.toml"))
            .context("an exercise has a Cargo.toml")?;
        *manifest = renamed(&String::from_utf8_lossy(manifest), &name)?.into_bytes();
        let package = Exercise {
            dir: Path::new("exercises").join(STAGE).join(&name),
            package: name,
            ..exercise.clone()
        };
        let source = match &mutant {
            Some(mutant) => mutants::folder(exercise, &mutant.slug),
            None => exercise.dir.clone(),
        };
        Ok(Candidate {
            at,
            source,
            mutant,
            package,
            files,
        })
    };
    let mut candidates = vec![candidate(None, BTreeMap::new())?];
    for (mutant, overlay) in mutants::load(ctx, exercise)?? {
        candidates.push(candidate(Some(mutant), overlay)?);
    }
    Ok(candidates)
}

/// Builds and runs all candidates, each with what it showed.
fn run_all<'a>(
    run: &Run<'_>,
    candidates: &'a [Candidate],
) -> Result<Vec<(&'a Candidate, Evidence)>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let packages: Vec<_> = candidates
        .iter()
        .map(|candidate| (&candidate.package, &candidate.files))
        .collect();
    let stage = Stage::of_packages(run.ctx, STAGE, run.stage.side.clone(), &packages)?;
    let run = Run {
        stage: &stage,
        ..*run
    };
    let packages: Vec<&Exercise> = candidates.iter().map(|one| &one.package).collect();
    let mut host = Host::default();
    for build in plan::builds(packages.iter().copied()) {
        (run.on_event)(Event::Building {
            what: "mutants of the given code".to_owned(),
        });
        host.build(&run, &build, &packages)?;
    }
    // What a listener wants to hear of is the mutants, not every test on every one of them.
    let run = Run {
        on_event: &|_| {},
        ..run
    };
    let seen = parallel::map(jobs(), candidates, |candidate| {
        let package = &candidate.package;
        let mut evidence = host.run(&run, package, BackendKind::Host);
        if let Some(built) = host.output(package) {
            evidence = compile_time_kill(evidence, package, built);
        }
        name_places(&mut evidence, &stage, candidate);
        evidence
    });
    Ok(candidates.iter().zip(seen).collect())
}

/// Has messages and tests name the files that a candidate's were made of, and the exercise's own package.
fn name_places(evidence: &mut Evidence, stage: &Stage, candidate: &Candidate) {
    let staged = format!("{}{}", stage.prefix(), candidate.package.dir.display());
    let source = candidate.source.display().to_string();
    for text in evidence.texts_mut() {
        *text = text.replace(&staged, &source);
    }
    if let Evidence::Tests(tests) = evidence {
        for test in tests {
            if let Some(file) = test.id.binary.strip_prefix(&candidate.package.package) {
                test.id.binary = format!("{}{file}", candidate.package.id.package());
            }
        }
    }
}

/// A mutant whose code compiles and to whose tests the compiler objects was rejected while it was compiled, by an
/// assertion in a constant, say.
fn compile_time_kill(evidence: Evidence, package: &Exercise, built: &BuildOutput) -> Evidence {
    let is_library = |kind: &String| kind == "lib";
    let library_compiles = built
        .artifacts
        .iter()
        .any(|made| made.package == package.package && made.kind.iter().any(is_library));
    match evidence {
        Evidence::CompileError(error) if library_compiles => {
            Evidence::Tests(vec![TestResult::new(
                TestId::new(&package.package, "(compiling the tests)"),
                BackendKind::Host,
                Verdict::Failed,
                error.rendered,
            )])
        }
        other => other,
    }
}

/// The manifest of a candidate: by another name, with a library of the same.
fn renamed(manifest: &str, name: &str) -> Result<String> {
    let mut manifest: toml_edit::DocumentMut = manifest
        .parse()
        .context("failed to parse the exercise's Cargo.toml")?;
    let package = manifest["package"]
        .as_table_mut()
        .context("Cargo.toml has no [package]")?;
    let old = package
        .insert("name", toml_edit::value(name))
        .and_then(|item| Some(item.as_str()?.replace('-', "_")))
        .context("Cargo.toml has no package name")?;
    package.remove("metadata");
    let library = manifest
        .entry("lib")
        .or_insert(toml_edit::table())
        .as_table_mut()
        .context("`lib` is no table in Cargo.toml")?;
    if !library.contains_key("name") {
        library.insert("name", toml_edit::value(old));
    }
    Ok(manifest.to_string())
}

/// A name that tells nobody which version of the code it is.
fn opaque(salt: &[u8], package: &str, slug: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [salt, package.as_bytes(), b"\0", slug.as_bytes()] {
        hasher.update(part);
    }
    format!("candidate-{}", &hasher.finalize().to_hex()[..12])
}

/// What makes names differ from clone to clone, so that none learned here is worth anything where marks are given.
fn salt(ctx: &Context) -> Result<Vec<u8>> {
    let file = ctx.scratch_dir()?.join("candidates.salt");
    if let Ok(salt) = fs::read(&file)
        && !salt.is_empty()
    {
        return Ok(salt);
    }
    let salt = format!("{:016x}", RandomState::new().hash_one(&file)).into_bytes();
    write_if_changed(&file, &salt)?;
    Ok(salt)
}

#[cfg(test)]
mod tests;
