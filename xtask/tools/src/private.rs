//! Private copies: the platform's packages, unpacked into `.workbook/packages` instead of installed, for
//! users without root and for machines where the package manager would remove something.
//!
//! A copy is a folder of its own: `root/` as the packages have it, `bin/` with a wrapper for each program,
//! and a note. The wrappers find their folder by their own path, so a workbook may be moved. A copy is put
//! together under another name and renamed, so it is there whole or not at all. It holds what the machine
//! lacks; all else is the machine's own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::machine::{Machine, folders_below};
use super::recipes::Recipe;
use super::tools::{Source, ToolId};

pub mod apt;
pub mod install;
mod links;
mod pkgconfig;
mod wrapper;

/// The note in a copy's folder.
const NOTE: &str = "copy.json";
/// Where pkg-config's files are, below a root.
const PKG_CONFIG: [&str; 2] = ["/usr/lib/*/pkgconfig", "/usr/share/pkgconfig"];

/// What is written down of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    schema: u32,
    /// Why the packages were not installed; finishes the sentence "since …".
    why: String,
    /// The packages in it, with their versions.
    packages: Vec<String>,
    /// The folders below the root that hold libraries.
    libraries: Vec<String>,
}

/// A private copy that is there.
#[derive(Debug)]
pub struct Copy {
    home: PathBuf,
    note: Note,
}

/// Where the copy of `recipe` is, or would be.
pub fn home(machine: &Machine, recipe: &Recipe) -> PathBuf {
    machine.packages().join(recipe.folder)
}

/// The copy of `recipe`, if there is one.
pub fn find(machine: &Machine, recipe: &Recipe) -> Option<Copy> {
    let home = home(machine, recipe);
    let note = fs::read(home.join(NOTE)).ok()?;
    let note = serde_json::from_slice(&note).ok()?;
    Some(Copy { home, note })
}

/// The copy that has `id`, if there is one.
pub fn of_tool(machine: &Machine, id: ToolId) -> Option<Copy> {
    let Source::Packages(packages) = id.tool().source else {
        return None;
    };
    find(machine, packages.private?)
}

impl Copy {
    /// Why the packages were not installed; finishes the sentence "since …".
    pub fn why(&self) -> &str {
        &self.note.why
    }

    /// What stands for `/` in it.
    pub fn root(&self) -> PathBuf {
        self.home.join("root")
    }

    /// The folder of its wrappers.
    pub fn bin(&self) -> PathBuf {
        self.home.join("bin")
    }

    /// The wrapper of a program, if it has one.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        Some(self.bin().join(name)).filter(|path| path.is_file())
    }

    /// A file of pkg-config's, if it has one of this name.
    pub fn pkg_config(&self, file: &str) -> Option<PathBuf> {
        let mut files = self.pkg_config_folders().map(|folder| folder.join(file));
        files.find(|path| path.is_file())
    }

    fn pkg_config_folders(&self) -> impl Iterator<Item = PathBuf> {
        let root = self.root();
        let folders = move |pattern| folders_below(&root, pattern);
        PKG_CONFIG.into_iter().flat_map(folders)
    }

    /// The variables by which a build finds its headers and what was built its libraries. What the machine
    /// says in the same variables comes after.
    pub fn build_env(&self, machine: &Machine) -> Vec<(OsString, OsString)> {
        let libraries = self
            .note
            .libraries
            .iter()
            .map(|folder| self.root().join(folder));
        let all = [
            (
                "PKG_CONFIG_PATH",
                self.pkg_config_folders().collect::<Vec<_>>(),
            ),
            ("LD_LIBRARY_PATH", libraries.collect()),
        ];
        all.map(|(name, folders)| (OsString::from(name), joined(machine, name, folders)))
            .into()
    }
}

/// `folders`, then those that the variable `name` has already.
fn joined(machine: &Machine, name: &str, folders: Vec<PathBuf>) -> OsString {
    let known = machine.var(name).map(std::env::split_paths);
    let all = folders.into_iter().chain(known.into_iter().flatten());
    // A folder with a colon in its name can't be told this way at all.
    std::env::join_paths(all.filter(|folder| !folder.to_string_lossy().contains(':')))
        .unwrap_or_default()
}

/// Every file and link below `folder`, and no link followed.
fn walk(folder: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir())
}
