//! Runs the commands that install tools, with progress, and tells why one failed.

use std::sync::Arc;

use super::ending::ending;
use super::prober::Prober;
use super::progress::Progress;
use workbook_run::exec::{Cmd, Exit, Output};

/// Why a tool was not installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Ctrl-C: nothing further is to be tried.
    Cancelled,
    /// In words; finishes the sentence "… was not installed: ".
    Reason(String),
}

/// What the installing of a tool needs.
pub struct Runner<'a> {
    /// The machine and what starts processes on it.
    pub prober: &'a Prober<'a>,
    /// Where progress is shown.
    pub progress: Arc<Progress>,
}

impl Runner<'_> {
    /// Runs `cmd` to its end, and shows `doing` and the command's last line meanwhile.
    pub fn run(&self, doing: &str, cmd: Cmd) -> Result<Output, Failure> {
        self.progress.doing(doing);
        let progress = Arc::clone(&self.progress);
        let cmd = cmd.on_line(move |line| progress.line(line));
        let output = self.prober.exec.run(&cmd).map_err(|error| {
            Failure::Reason(format!("`{}` can't be started: {error}", cmd.line()))
        })?;
        match output.exit {
            Exit::Code(0) => Ok(output),
            Exit::Cancelled => Err(Failure::Cancelled),
            _ => Err(Failure::Reason(ending(&cmd, &output))),
        }
    }
}
