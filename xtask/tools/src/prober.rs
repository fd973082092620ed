//! What every check needs at hand: the machine, what starts programs on it, and what they answered before.

use std::path::{Path, PathBuf};

use super::cache::Answers;
use super::found::Toolchain;
use super::machine::Machine;
use super::version::Version;
use workbook_run::exec::{Cmd, Executor};

/// Asks the machine.
pub struct Prober<'a> {
    /// Where to look.
    pub machine: &'a Machine,
    /// Starts programs.
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

    /// What the program at `path` says of itself. It is asked again when it or one of `files` changes.
    pub fn version(&self, path: &Path, files: &[PathBuf]) -> Option<Version> {
        let cmd = Cmd::new(path)
            .args(["--version"])
            .cwd(&self.machine.workspace);
        let answer = self.answers.ask(self.exec, cmd, path, "--version", files)?;
        Version::find(&answer)
    }
}
