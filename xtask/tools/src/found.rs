//! What a check finds: a tool, where its copy comes from, and which sources may serve a target.

use std::path::{Path, PathBuf};

use super::tools::ToolId;
use super::version::Version;

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

/// Which of several possible copies of a tool is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The machine's own, on `PATH` or in the folder that its package is known to use.
    System,
    /// Compiled by setup into `.workbook/tools`.
    Workbook,
    /// The platform's packages, unpacked into `.workbook/packages`; why they were not installed.
    Private(String),
    /// The active Rust toolchain.
    Active,
    /// The toolchain that setup assembled from the distribution's compiler.
    Assembled,
    /// The kernel.
    Kernel,
}

impl Origin {
    /// One word for reports and `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Workbook => "workbook",
            Self::Private(_) => "private",
            Self::Active => "toolchain",
            Self::Assembled => "assembled",
            Self::Kernel => "kernel",
        }
    }

    /// Why this copy and no other; finishes the sentence "this copy is used: ".
    pub fn why(&self) -> String {
        match self {
            Self::System => "the machine has one that fits".to_owned(),
            Self::Workbook => "setup compiled it, in the version that the workbook pins".to_owned(),
            Self::Private(why) => format!("its packages are unpacked in .workbook, since {why}"),
            Self::Active => "the active toolchain has it".to_owned(),
            Self::Assembled => {
                "it was built with the distribution's compiler, since the active toolchain has none"
                    .to_owned()
            }
            Self::Kernel => "the kernel answers".to_owned(),
        }
    }
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
    /// Which copy it is.
    pub origin: Origin,
}

/// A tool that isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Which it is.
    pub id: ToolId,
    /// Why it doesn't count as there, in words.
    pub reason: String,
    /// What a person could type to fix it.
    pub fix: String,
}

/// What a check comes to: the tool, or why there is none (finishes the sentence "… is missing: ").
pub type Probed = Result<Found, String>;

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
