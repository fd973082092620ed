//! Whether a tool is there: by its file and, where the version matters, by what it last answered.

use std::path::{Path, PathBuf};

use super::cache::Answers;
use super::distro;
use super::kernel;
use super::machine::Machine;
use super::rustup;
use super::tools::{Probe, Target, ToolId, Wanted};
use super::version::{Version, Want};
use workbook_run::exec::{Cmd, Executor};

/// Which rungs of the ladder may serve a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Toolchain {
    /// The active toolchain, else rustup's download, else the distribution's compiler.
    #[default]
    Auto,
    /// The active toolchain, else rustup's download.
    Rustup,
    /// The distribution's compiler; nothing is downloaded from rustup's servers.
    Distro,
}

/// A tool that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The program; the library folder of a target; the first file of a library.
    pub path: PathBuf,
    /// What it said of itself, where it was asked.
    pub version: Option<Version>,
    /// The assembled toolchain that has the target; `None` where the active one does.
    pub toolchain: Option<PathBuf>,
}

/// What became of a look-up: the tool, or why there is none (finishes the sentence "… is missing: ").
pub type Probed = Result<Found, String>;

/// Looks tools up.
pub struct Prober<'a> {
    /// Where to look.
    pub machine: &'a Machine,
    /// Asks programs for their version.
    pub exec: &'a dyn Executor,
    /// What they said before.
    pub answers: Answers,
    /// Which rungs of the ladder count.
    pub toolchain: Toolchain,
}

impl<'a> Prober<'a> {
    /// One that keeps answers in the workbook's own folder.
    pub fn new(machine: &'a Machine, exec: &'a dyn Executor, toolchain: Toolchain) -> Self {
        let answers = Answers::load(machine.state().join("cache/tools.json"));
        Self {
            machine,
            exec,
            answers,
            toolchain,
        }
    }

    /// Looks `id` up.
    pub fn probe(&self, id: ToolId) -> Probed {
        match id.tool().probe {
            Probe::Program {
                names,
                folders,
                want,
            } => self.program(names, folders, want),
            Probe::Target(target) => self.target(target),
            Probe::PkgConfig(files) => self.pkg_config(files),
            Probe::Kernel(feature) => kernel::probe(self.machine, feature),
        }
    }

    fn program(&self, names: &[&str], folders: &[&str], want: Wanted) -> Probed {
        let (want, whose) = self.want(want)?;
        let mut unfit = None;
        for path in self.candidates(names, folders) {
            let version = self.version(&path);
            if version.map_or(want == Want::Any, |version| want.accepts(version)) {
                return Ok(Found {
                    path,
                    version,
                    toolchain: None,
                });
            }
            unfit.get_or_insert_with(|| match version {
                Some(version) => {
                    format!(
                        "{} is version {version}, and {want} is needed{whose}",
                        path.display()
                    )
                }
                None => format!("{} doesn't tell its version", path.display()),
            });
        }
        Err(unfit.unwrap_or_else(|| match names {
            [only] => format!("there is no `{only}` on PATH"),
            [first, ..] => format!("there is no `{first}` on PATH, nor one by another name"),
            [] => "the table of tools names no program for it".to_owned(),
        }))
    }

    fn candidates(&self, names: &[&str], folders: &[&str]) -> Vec<PathBuf> {
        let on_path = names.iter().flat_map(|name| self.machine.programs(name));
        let elsewhere = folders
            .iter()
            .flat_map(|pattern| self.machine.folders(pattern));
        let elsewhere =
            elsewhere.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        on_path
            .chain(elsewhere.filter(|path| path.is_file()))
            .collect()
    }

    /// What `wanted` comes to here, and whose doing it is.
    fn want(&self, wanted: Wanted) -> Result<(Want, String), String> {
        match wanted {
            Wanted::Fixed(want) => Ok((want, String::new())),
            Wanted::Locked(package) => {
                let version = locked(&self.machine.workspace, package)?;
                Ok((
                    Want::Exactly(version),
                    format!(" (Cargo.lock has {package} {version})"),
                ))
            }
            Wanted::MajorOf(other) => {
                let Some(version) = self.probe(other).ok().and_then(|found| found.version) else {
                    return Ok((Want::Any, String::new()));
                };
                let name = other.tool().name;
                Ok((
                    Want::Major(version.0),
                    format!(" (the {name} here is {version})"),
                ))
            }
        }
    }

    fn version(&self, path: &Path) -> Option<Version> {
        let cmd = Cmd::new(path)
            .args(["--version"])
            .cwd(&self.machine.workspace);
        Version::find(&self.answers.ask(self.exec, cmd, path, "--version", &[])?)
    }

    fn target(&self, target: Target) -> Probed {
        let none = || "no toolchain was assembled from the distribution's compiler".to_owned();
        let assembled = || distro::library(self.machine, target);
        match self.toolchain {
            Toolchain::Rustup => rustup::library(self, target),
            Toolchain::Distro => assembled().map_err(|stale| stale.unwrap_or_else(none)),
            Toolchain::Auto => rustup::library(self, target)
                .or_else(|lacks| assembled().map_err(|stale| stale.unwrap_or(lacks))),
        }
    }

    fn pkg_config(&self, files: &[&str]) -> Probed {
        let mut paths = Vec::new();
        for file in files {
            match self.machine.has_pkg_config(file) {
                Some(path) => paths.push(path),
                None => return Err(format!("pkg-config finds no {file}")),
            }
        }
        let path = paths
            .into_iter()
            .next()
            .ok_or("the table of tools names no file for it")?;
        Ok(Found {
            path,
            version: None,
            toolchain: None,
        })
    }
}

/// The version of `package` in the workspace's Cargo.lock.
pub fn locked(workspace: &Path, package: &str) -> Result<Version, String> {
    let path = workspace.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    // Read by line, since a TOML parser would take longer than everything else here.
    let mut lines = lock.lines();
    lines
        .find(|line| {
            line.strip_prefix("name = ")
                .is_some_and(|name| name.trim_matches('"') == package)
        })
        .and_then(|_| lines.next()?.strip_prefix("version = "))
        .and_then(|version| Version::parse(version.trim_matches('"')))
        .ok_or_else(|| format!("{} has no package {package}", path.display()))
}

/// Whether a folder holds the library of a target, and not only its name.
pub fn holds_core(library: &Path) -> bool {
    std::fs::read_dir(library)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
}
