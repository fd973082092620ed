//! Making a private copy: download, unpack, lead links and paths to where things are now, try it, and only
//! then put it in its place.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::apt::{self, Package};
use super::{NOTE, Note, home, links, pkgconfig, walk, wrapper};
use crate::machine::Machine;
use crate::recipes::Recipe;
use crate::runner::{Failure, Runner};
use workbook_run::exec::Cmd;

/// How long a program may take to tell its version for the first time.
const TRIAL: Duration = Duration::from_secs(120);
/// How long it may take to unpack one package.
const PATIENCE: Duration = Duration::from_secs(600);
/// Must fit the machine's loader, so the machine's own is used, whatever version packages ask for.
const NEVER: [&str; 3] = ["libc6", "libc-bin", "base-files"];

/// Where downloads are kept until setup has done all it was asked for.
pub fn downloads(machine: &Machine) -> PathBuf {
    machine.packages().join("debs")
}

/// Makes the private copy of `recipe` for the reason `why`, in place of one that is there.
///
/// # Errors
/// Ctrl-C, or in words what went wrong. What was downloaded stays, and nothing else does.
pub fn install(runner: &Runner<'_>, recipe: &Recipe, why: &str) -> Result<(), Failure> {
    let machine = runner.prober.machine;
    let packages = wanted(runner, recipe)?;
    let files = fetch(runner, recipe, &packages)?;
    let home = home(machine, recipe);
    let partial = home.with_extension("partial");
    let made = clear(&partial).and_then(|()| fs::create_dir_all(partial.join("root")));
    made.map_err(|error| unwritable(&partial, &error))?;
    let outcome = fill(runner, recipe, &partial, &files).and_then(|libraries| {
        let note = Note {
            schema: 1,
            why: why.to_owned(),
            packages: packages.iter().map(Package::to_string).collect(),
            libraries,
        };
        let note = serde_json::to_vec_pretty(&note).map_err(io::Error::from);
        note.and_then(|note| fs::write(partial.join(NOTE), note))
            .and_then(|()| clear(&home))
            .and_then(|()| fs::rename(&partial, &home))
            .map_err(|error| unwritable(&home, &error))
    });
    if outcome.is_err() {
        let _ = clear(&partial);
    }
    outcome
}

/// What the machine lacks of the recipe's packages.
fn wanted(runner: &Runner<'_>, recipe: &Recipe) -> Result<Vec<Package>, Failure> {
    let simulation = apt::simulate(runner.prober, recipe.apt).map_err(Failure::Reason)?;
    let mut new = simulation.new;
    new.retain(|package| !(package.replaces && NEVER.contains(&package.name.as_str())));
    if new.is_empty() {
        return Err(Failure::Reason(format!(
            "apt-get takes {} for installed, and yet it isn't found; `apt-get install --reinstall` restores it",
            recipe.apt.join(" and ")
        )));
    }
    Ok(new)
}

/// Downloads `packages`, and returns their files.
fn fetch(
    runner: &Runner<'_>,
    recipe: &Recipe,
    packages: &[Package],
) -> Result<Vec<PathBuf>, Failure> {
    let folder = downloads(runner.prober.machine);
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let archives = apt::archives(runner.prober, recipe.apt).map_err(Failure::Reason)?;
    apt::download(runner, packages, &folder)?;
    let mut files = Vec::new();
    for archive in archives {
        let opening = |package: &Package| {
            let name = package.name.split(':').next().unwrap_or_default();
            archive.file.starts_with(&format!("{name}_"))
        };
        if packages.iter().any(opening) {
            files.push(folder.join(archive.file));
        }
    }
    match files.iter().find(|file| !file.is_file()) {
        Some(absent) => Err(Failure::Reason(format!(
            "`apt-get download` left no {}",
            absent.display()
        ))),
        None => Ok(files),
    }
}

/// Everything in a copy but its note; the answer is its folders of libraries.
fn fill(
    runner: &Runner<'_>,
    recipe: &Recipe,
    partial: &Path,
    files: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let root = partial.join("root");
    let doing = format!("unpacking {} packages", files.len());
    for file in files {
        let cmd = Cmd::new("dpkg-deb")
            .arg("-x")
            .args([file, &root])
            .timeout(PATIENCE);
        runner.run(&doing, cmd)?;
    }
    let libraries = libraries(&root);
    let system = &runner.prober.machine.root;
    let written = links::lead(&root, system)
        .and_then(|()| pkgconfig::relocate(&root))
        .and_then(|()| wrapper::write(partial, recipe, &libraries))
        .map_err(|error| unwritable(partial, &error))?;
    for program in written {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let cmd = Cmd::new(&program).arg("--version").timeout(TRIAL);
        runner.run(&format!("trying {name}"), cmd)?;
    }
    Ok(libraries)
}

/// The folders below `root` that programs look for libraries in: the system's, and those one deeper, which
/// packages name in their programs by an absolute path.
fn libraries(root: &Path) -> Vec<String> {
    let folders = walk(root)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy();
            name.starts_with("lib") && name.contains(".so")
        })
        .filter_map(|entry| Some(entry.path().parent()?.strip_prefix(root).ok()?.to_owned()));
    let folders = folders.filter(|place| {
        let place = place.strip_prefix("usr").unwrap_or(place);
        place.starts_with("lib") && place.components().count() <= 3
    });
    let mut folders: Vec<_> = folders.collect::<BTreeSet<_>>().into_iter().collect();
    // A library of the same name further down is meant for one program.
    folders.sort_by_key(|place| place.components().count());
    folders
        .iter()
        .map(|place| place.display().to_string())
        .collect()
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Reason(format!("{} can't be written: {error}", path.display()))
}

impl std::fmt::Display for Package {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}
