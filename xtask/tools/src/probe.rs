//! Whether a tool is there: by its file and, where the version matters, by what it last answered.
//!
//! The machine's own copy comes before a private one: whoever installs a package later wants it used.

use std::path::PathBuf;

use super::distro;
use super::found::{Found, Origin, Probed, Toolchain};
use super::kernel;
use super::pinned::locked;
use super::private;
use super::prober::Prober;
use super::rustup;
use super::tools::{Probe, Target, ToolId, Wanted};
use super::version::Want;

/// Looks `id` up.
pub fn probe(prober: &Prober<'_>, id: ToolId) -> Probed {
    match id.tool().probe {
        Probe::Program {
            names,
            folders,
            want,
        } => program(prober, id, names, folders, want),
        Probe::Target(target) => library(prober, target),
        Probe::PkgConfig(files) => pkg_config(prober, id, files),
        Probe::Kernel(feature) => kernel::probe(prober.machine, feature),
    }
}

/// A program that may be the tool.
struct Candidate {
    path: PathBuf,
    origin: Origin,
}

fn program(
    prober: &Prober<'_>,
    id: ToolId,
    names: &[&str],
    folders: &[&str],
    want: Wanted,
) -> Probed {
    let (want, whose) = wanted(prober, want)?;
    let mut unfit = None;
    for Candidate { path, origin } in candidates(prober, id, names, folders) {
        // A private copy leans on the machine's own libraries, so it is asked again when packages change;
        // and what can't say its version there can't run.
        let is_private = matches!(origin, Origin::Private(_));
        let leans_on = is_private.then(|| prober.machine.at("/var/lib/dpkg/status"));
        let version = prober.version(&path, leans_on.as_slice());
        let fits = match version {
            Some(version) => want.accepts(version),
            None => want == Want::Any && !is_private,
        };
        if fits {
            return Ok(Found {
                path,
                version,
                toolchain: None,
                origin,
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

/// The programs that may be the tool, the best first.
fn candidates(prober: &Prober<'_>, id: ToolId, names: &[&str], folders: &[&str]) -> Vec<Candidate> {
    let machine = prober.machine;
    let own = machine.tools();
    let on_path = names.iter().flat_map(|name| machine.programs(name));
    let elsewhere = folders
        .iter()
        .flat_map(|pattern| machine.folders(pattern))
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .filter(|path| path.is_file());
    let mut all: Vec<_> = on_path
        .chain(elsewhere)
        .map(|path| Candidate {
            origin: if path.starts_with(&own) {
                Origin::Workbook
            } else {
                Origin::System
            },
            path,
        })
        .collect();
    if let Some(copy) = private::of_tool(machine, id) {
        let programs = names.iter().filter_map(|name| copy.program(name));
        all.extend(programs.map(|path| Candidate {
            path,
            origin: Origin::Private(copy.why().to_owned()),
        }));
    }
    all
}

/// What `wanted` comes to here, and whose doing it is.
fn wanted(prober: &Prober<'_>, wanted: Wanted) -> Result<(Want, String), String> {
    match wanted {
        Wanted::Fixed(want) => Ok((want, String::new())),
        Wanted::Locked(package) => {
            let version = locked(&prober.machine.workspace, package)?;
            Ok((
                Want::Exactly(version),
                format!(" (Cargo.lock has {package} {version})"),
            ))
        }
        Wanted::MajorOf(other) => {
            let found = probe(prober, other).ok();
            let Some(version) = found.and_then(|found| found.version) else {
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

fn library(prober: &Prober<'_>, target: Target) -> Probed {
    let none = || "no toolchain was assembled from the distribution's compiler".to_owned();
    let assembled = || distro::library(prober.machine, target);
    match prober.toolchain {
        Toolchain::Rustup => rustup::library(prober, target),
        Toolchain::Distro => assembled().map_err(|stale| stale.unwrap_or_else(none)),
        Toolchain::Auto => rustup::library(prober, target)
            .or_else(|lacks| assembled().map_err(|stale| stale.unwrap_or(lacks))),
    }
}

fn pkg_config(prober: &Prober<'_>, id: ToolId, files: &[&str]) -> Probed {
    let machine = prober.machine;
    let (first, _) = files
        .split_first()
        .ok_or("the table of tools names no file for it")?;
    let lacks = |file: &str| machine.has_pkg_config(file).is_none();
    let Some(absent) = files.iter().copied().find(|file| lacks(file)) else {
        return Ok(Found {
            path: machine.has_pkg_config(first).unwrap_or_default(),
            version: None,
            toolchain: None,
            origin: Origin::System,
        });
    };
    let copy = private::of_tool(machine, id)
        .filter(|copy| files.iter().all(|file| copy.pkg_config(file).is_some()));
    copy.map(|copy| Found {
        path: copy.pkg_config(first).unwrap_or_default(),
        version: None,
        toolchain: None,
        origin: Origin::Private(copy.why().to_owned()),
    })
    .ok_or_else(|| format!("pkg-config finds no {absent}"))
}
