//! The third rung of the ladder: a toolchain folder assembled from the distribution's compiler, for
//! networks that reach the distribution's packages and crates.io but not rustup's servers.
//!
//! The folder is what rustup calls a custom toolchain. Its compiler is a wrapper that points the
//! distribution's at this folder as sysroot; the host's library and the library's source are links;
//! a target's library is built from that source once. The frame is put together under another name
//! and renamed, and so is each target's library, so that an interruption leaves nothing by halves.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache::stamp;
use super::found::{Found, Origin, holds_core};
use super::machine::Machine;
use super::tools::Target;
use super::version::Version;

pub mod assemble;
pub mod sources;

/// The note in an assembled folder, by which a change of the compiler under it is noticed.
const NOTE: &str = "assembled.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    schema: u32,
    rustc: PathBuf,
    /// Size and time of change.
    stamp: (u64, u64),
    version: String,
    linker: PathBuf,
}

/// What there is of an assembled toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// Nothing.
    Absent,
    /// One that doesn't fit the machine any more, and why.
    Stale(String),
    /// A frame that fits, of this compiler version; which targets it has is another matter.
    Ready(Option<Version>),
}

/// Looks at the toolchain folder of `machine`.
pub fn folder(machine: &Machine) -> Folder {
    let home = machine.toolchain();
    let Ok(bytes) = std::fs::read(home.join(NOTE)) else {
        return Folder::Absent;
    };
    let Ok(note) = serde_json::from_slice::<Note>(&bytes) else {
        return Folder::Stale(format!("{} can't be read", home.join(NOTE).display()));
    };
    let gone = |what: &str, path: &Path| {
        Folder::Stale(format!(
            "the toolchain in {} was assembled from {what} {}, which has changed or gone since",
            home.display(),
            path.display()
        ))
    };
    if stamp(&note.rustc) != note.stamp {
        return gone("the compiler", &note.rustc);
    }
    if !note.linker.exists() {
        return gone("the linker", &note.linker);
    }
    Folder::Ready(Version::parse(&note.version))
}

/// Where the library of `target` is, or would be.
pub fn library_folder(machine: &Machine, target: Target) -> PathBuf {
    machine
        .toolchain()
        .join("lib/rustlib")
        .join(target.triple)
        .join("lib")
}

/// The library of `target` in the assembled toolchain; the error is `None` where no toolchain was
/// ever assembled, else what is wrong with it.
pub fn library(machine: &Machine, target: Target) -> Result<Found, Option<String>> {
    let version = match folder(machine) {
        Folder::Absent => return Err(None),
        Folder::Stale(why) => return Err(Some(why)),
        Folder::Ready(version) => version,
    };
    let path = library_folder(machine, target);
    if holds_core(&path) {
        Ok(Found {
            path,
            version,
            toolchain: Some(machine.toolchain()),
            origin: Origin::Assembled,
        })
    } else {
        Err(Some(format!(
            "the toolchain in {} has not got it yet",
            machine.toolchain().display()
        )))
    }
}

/// The line by which a person uses the assembled toolchain in a shell of their own.
pub fn plain_shell(machine: &Machine) -> String {
    let folder = machine.toolchain();
    if machine.program("rustup").is_some() {
        format!("export RUSTUP_TOOLCHAIN={}", folder.display())
    } else {
        format!("export PATH={}:$PATH", folder.join("bin").display())
    }
}
