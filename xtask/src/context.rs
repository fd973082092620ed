//! What every command needs: the workspace's root, the terminal, how to run processes.

use std::{
    env, fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use workbook::catalog::{self, Catalog};

pub use crate::workspace::atomic::write_atomically;
use crate::{
    exec::{Cancel, Executor, Real},
    run::postgres::Postgres,
};

/// The surroundings of one command.
pub struct Context {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Runs processes.
    pub exec: Box<dyn Executor + Send>,
    /// This program. Kept from the start: once cargo has rebuilt it, the system only says that the
    /// running file is deleted.
    pub exe: PathBuf,
    /// Raised by Ctrl-C.
    pub cancel: Cancel,
    /// What the terminal can show.
    pub terminal: Terminal,
    /// The database server, once an exercise has needed it. Stopped when the last holder is gone.
    pub postgres: Arc<Postgres>,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether standard output takes colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// Whether standard error is a terminal, so that progress may be redrawn.
    pub progress: bool,
    /// Whether a person can be asked.
    pub interactive: bool,
}

impl Context {
    /// The surroundings as they are, with the workspace found from the current folder upwards.
    pub fn new() -> Result<Self> {
        let cancel = Cancel::default();
        Ok(Self {
            root: find_root()?,
            exe: env::current_exe().context("failed to find this program's own path")?,
            exec: Box::new(Real {
                cancel: cancel.clone(),
            }),
            cancel,
            terminal: Terminal::detect(),
            postgres: Arc::default(),
        })
    }

    /// Surroundings for tests: this root, and a mock in the place of processes.
    #[cfg(test)]
    pub fn for_tests(root: &Path, mock: crate::exec::mock::Mock) -> Self {
        let terminal = Terminal {
            color: false,
            width: 80,
            progress: false,
            interactive: false,
        };
        Self {
            root: root.to_owned(),
            exe: PathBuf::from("/xtask"),
            exec: Box::new(mock),
            cancel: Cancel::default(),
            terminal,
            postgres: Arc::default(),
        }
    }

    /// The exercises.
    pub fn catalog(&self) -> Result<Catalog> {
        Ok(catalog::load(&self.root)?)
    }

    /// The runner's own folder, made if it is not there: tools, progress, copies of what was reset.
    pub fn state_dir(&self) -> Result<PathBuf> {
        make_dir(self.root.join(".workbook"))
    }

    /// Where stages, builds and results of the runner lie.
    pub fn scratch_dir(&self) -> Result<PathBuf> {
        make_dir(self.root.join("target/workbook"))
    }
}

impl Terminal {
    fn detect() -> Self {
        let out = io::stdout().is_terminal();
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let forced = env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
        Self {
            color: forced || (out && !plain),
            width: width.clamp(40, 120),
            progress: io::stderr().is_terminal(),
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }
}

fn make_dir(dir: PathBuf) -> Result<PathBuf> {
    fs::create_dir_all(&dir).with_context(|| {
        format!("failed to create {}; the workbook needs to write there: see that the disk is writable and has room", dir.display())
    })?;
    Ok(dir)
}

/// The folder above (or at) the current one that holds the workbook.
fn find_root() -> Result<PathBuf> {
    let here = env::current_dir().context("failed to find the current folder")?;
    let is_root = |dir: &&Path| {
        dir.join("exercises").is_dir()
            && dir.join("xtask").is_dir()
            && dir.join("Cargo.toml").is_file()
    };
    match here.ancestors().find(is_root) {
        Some(root) => Ok(root.to_owned()),
        None => bail!(
            "{} is not inside the workbook; change to the folder that you cloned it into",
            here.display()
        ),
    }
}
