//! Stages: a side's files laid over the pristine crates, as a workspace that cargo can build.
//!
//! The learner's own side is staged nowhere: it is the workspace itself, so that errors show the
//! learner's own paths. Every other side lies under `target/workbook/stage/` and shares the target
//! folder, so that a dependency is built once for all of them.
//!
//! Cargo names what it builds after a package's path *relative to its workspace*, and trusts
//! modification times. Two sides whose packages had the same relative path would take each other's
//! test binaries for their own, and a stub could pass with the reference's. So a side's name is
//! part of that path. Versions of one package for its [mutants](workbook::mutants) have a folder each for the
//! same reason; all sides share these folders, whose files are then rewritten in place, as by an editor.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;
use workbook::{catalog::Exercise, id::ExerciseId, plan::Side};

use crate::{
    context::Context,
    files::{Overlay, package_files, write_if_changed},
    lockfile,
    pristine::Pristine,
};
use brief::Only;

/// A workspace to build in.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Whose files these are.
    pub side: Side,
    /// The folder of its `Cargo.toml`.
    pub dir: PathBuf,
    /// The target folder, shared by all stages.
    pub target_dir: PathBuf,
    /// What comes before an exercise's own path; differs from side to side (see above).
    prefix: PathBuf,
    /// Of exercises of which not all tests are asked for: those that are.
    only: BTreeMap<ExerciseId, Only>,
    /// Whether what is built of it is of no use after its run.
    is_brief: bool,
}

impl Stage {
    /// The learner's own workspace.
    pub fn learner(ctx: &Context) -> Self {
        Self {
            side: Side::Learner,
            dir: ctx.root.clone(),
            target_dir: ctx.target_dir(),
            prefix: PathBuf::new(),
            only: BTreeMap::new(),
            is_brief: false,
        }
    }

    /// Cargo's flags that select the packages of these exercises, and the one that [unites features](unified).
    pub fn select<'a>(&self, exercises: impl IntoIterator<Item = &'a Exercise>) -> Vec<&'a str> {
        let mut concerned = false;
        let mut flags = Vec::new();
        for exercise in exercises {
            concerned |= unified::concerns(&self.package_dir(exercise));
            flags.extend(["-p", &exercise.package]);
        }
        if concerned && unified::is_in(&self.dir.join(&self.prefix)) {
            flags.extend(["-p", unified::NAME]);
        }
        flags
    }

    /// The tests that are asked for, if not all of the exercise's are.
    pub fn only(&self, exercise: &Exercise) -> Option<&Only> {
        self.only.get(&exercise.id)
    }

    /// Whether what is built of it is of no use after its run.
    pub fn is_brief(&self) -> bool {
        self.is_brief
    }

    /// Variables for every cargo that builds or checks here. Only the learner compiles the same package again and again.
    pub fn env(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        let target = ("CARGO_TARGET_DIR", self.target_dir.clone());
        let once = ("CARGO_INCREMENTAL", PathBuf::from("0"));
        let is_learners = self.side == Side::Learner;
        [Some(target), (!is_learners).then_some(once)]
            .into_iter()
            .flatten()
    }

    /// The folder of an exercise's package.
    pub fn package_dir(&self, exercise: &Exercise) -> PathBuf {
        self.dir.join(&self.prefix).join(&exercise.dir)
    }

    /// What stands before an exercise's own path in messages: nothing for the learner's side.
    pub fn prefix(&self) -> String {
        if self.prefix.as_os_str().is_empty() {
            String::new()
        } else {
            format!("{}/", self.prefix.display())
        }
    }

    /// The folder that holds the chapters.
    pub fn exercises_dir(&self) -> PathBuf {
        self.dir.join(&self.prefix).join("exercises")
    }

    /// Lays `overlays` over the pristine crates. What was staged before for this side and is not
    /// among them goes.
    pub fn create(ctx: &Context, side: Side, overlays: &[(&Exercise, Overlay)]) -> Result<Self> {
        Self::lay_out(ctx, side, overlays, BTreeMap::new())
    }

    /// The same for a single run, in which only these tests of exercises are asked for, and all of the others.
    pub fn brief(
        ctx: &Context,
        side: Side,
        overlays: &[(&Exercise, Overlay)],
        only: BTreeMap<ExerciseId, Only>,
    ) -> Result<Self> {
        let stage = Self::lay_out(ctx, side, overlays, only)?;
        Ok(Self {
            is_brief: true,
            ..stage
        })
    }

    fn lay_out(
        ctx: &Context,
        side: Side,
        overlays: &[(&Exercise, Overlay)],
        only: BTreeMap<ExerciseId, Only>,
    ) -> Result<Self> {
        let dir = ctx.scratch_dir()?.join("stage").join(side.name());
        let prefix = PathBuf::from(side.name());
        let pristine = Pristine::load(ctx)?;
        let mut files = BTreeMap::new();
        for (exercise, overlay) in overlays {
            let mut own = BTreeMap::new();
            for (path, bytes) in package_files(&ctx.root.join(&exercise.dir))? {
                let place = exercise.dir.join(&path);
                let original = pristine.original(&place, &bytes).map(Cow::into_owned);
                own.insert(path, original.unwrap_or(bytes));
            }
            // Stubs come from their originals, whatever the learner did to them, or there is no stage. Before an
            // exercise is published, what lies there is the original.
            for path in exercise
                .edit
                .iter()
                .filter(|path| !overlay.contains_key(*path))
            {
                let place = exercise.dir.join(path);
                if pristine.has(&place) {
                    own.insert(path.clone(), pristine.bytes(ctx, &place)?);
                }
            }
            own.extend(overlay.clone());
            if let Some(only) = only.get(&exercise.id) {
                only.narrow(exercise, &mut own)?;
            }
            let staged = own.into_iter();
            files.extend(staged.map(|(path, bytes)| (exercise.dir.join(path), bytes)));
        }
        files.extend(unified::files(&ctx.root)?);
        sync(
            &dir.join(&prefix).join("exercises"),
            &files,
            Path::new("exercises"),
        )?;
        let all = format!("{}/exercises/*/*", prefix.display());
        write_if_changed(&dir.join("Cargo.toml"), manifest(ctx, [all])?.as_bytes())?;
        let members: String = overlays
            .iter()
            .map(|(exercise, _)| exercise.place.as_str())
            .collect();
        copy_lock(ctx, &dir, &members)?;
        Ok(Self {
            side,
            dir,
            target_dir: ctx.target_dir(),
            prefix,
            only,
            is_brief: false,
        })
    }

    /// Writes packages that are no exercises of the workbook, each with all its files, below the folder `name`. Those
    /// of former calls stay where they are, and are no members.
    pub fn of_packages(
        ctx: &Context,
        name: &str,
        side: Side,
        packages: &[(&Exercise, &BTreeMap<PathBuf, Vec<u8>>)],
    ) -> Result<Self> {
        let stage = Self {
            side,
            dir: ctx.scratch_dir()?.join("stage").join(name),
            target_dir: ctx.target_dir(),
            prefix: PathBuf::from(name),
            only: BTreeMap::new(),
            is_brief: false,
        };
        let mut members = Vec::new();
        let uniting = unified::files(&ctx.root)?;
        let place = Path::new(unified::DIR);
        sync(&stage.dir.join(name).join(place), &uniting, place)?;
        if !uniting.is_empty() {
            members.push(format!("{name}/{}", unified::DIR));
        }
        for (package, files) in packages {
            let dir = stage.package_dir(package);
            sync(&dir, files, Path::new(""))?;
            members.push(dir.strip_prefix(&stage.dir)?.display().to_string());
        }
        copy_lock(ctx, &stage.dir, &members.concat())?;
        let manifest = manifest(ctx, members)?;
        write_if_changed(&stage.dir.join("Cargo.toml"), manifest.as_bytes())?;
        Ok(stage)
    }
}

/// Makes `dir` hold exactly `files` (whose paths begin with `prefix`), touching only what differs,
/// so that cargo sees no change where there is none.
fn sync(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>, prefix: &Path) -> Result<()> {
    for entry in WalkDir::new(dir).contents_first(true).into_iter().flatten() {
        let known = entry
            .path()
            .strip_prefix(dir)
            .is_ok_and(|path| files.contains_key(&prefix.join(path)));
        if entry.file_type().is_dir() {
            // Fails on folders that still hold something, as it should.
            let _ = fs::remove_dir(entry.path());
        } else if !known {
            fs::remove_file(entry.path())
                .with_context(|| format!("failed to remove {}", entry.path().display()))?;
        }
    }
    for (path, bytes) in files {
        write_if_changed(&dir.join(path.strip_prefix(prefix)?), bytes)?;
    }
    Ok(())
}

/// The workspace's manifest with these members and no others. Crates that exercises lean on stay where they are.
pub fn manifest(ctx: &Context, members: impl IntoIterator<Item = String>) -> Result<String> {
    let path = ctx.root.join("Cargo.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let mut manifest: toml_edit::DocumentMut = text
        .parse()
        .with_context(|| format!("failed to parse {}", path.display()))?;
    let workspace = manifest["workspace"]
        .as_table_mut()
        .context("Cargo.toml has no [workspace]")?;
    workspace.insert(
        "members",
        toml_edit::value(toml_edit::Array::from_iter(members)),
    );
    workspace.remove("exclude");
    if let Some(dependencies) = workspace
        .get_mut("dependencies")
        .and_then(|item| item.as_table_like_mut())
    {
        for (_, dependency) in dependencies.iter_mut() {
            if let Some(local) = dependency
                .as_table_like_mut()
                .and_then(|table| table.get_mut("path"))
            {
                let absolute = ctx.root.join(local.as_str().unwrap_or_default());
                *local = toml_edit::value(absolute.to_string_lossy().into_owned());
            }
        }
    }
    Ok(manifest.to_string())
}

/// Gives the stage the workspace's lock file. Cargo prunes it there to what the members need, so
/// it is copied again whenever it or the members change: what was pruned must not be resolved anew.
pub fn copy_lock(ctx: &Context, dir: &Path, members: &str) -> Result<()> {
    let bytes = lockfile::read(&ctx.root)?;
    let note = dir.join("Cargo.lock.source");
    let mark = blake3::Hasher::new()
        .update(&bytes)
        .update(members.as_bytes())
        .finalize()
        .to_hex();
    if !dir.join("Cargo.lock").exists() || fs::read(&note).ok().as_deref() != Some(mark.as_bytes())
    {
        write_if_changed(&dir.join("Cargo.lock"), &bytes)?;
        write_if_changed(&note, mark.as_bytes())?;
    }
    Ok(())
}

pub mod brief;
#[cfg(test)]
mod tests;
mod unified;
