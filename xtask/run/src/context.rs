//! What every command needs: the workspace's root, the terminal, how to run processes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use workbook::catalog::{self, Catalog};

use crate::{
    exec::{Cancel, Executor, Isolation, Real},
    postgres::Postgres,
    terminal::Terminal,
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
    /// Keeps this machine's cargo configuration away, where it holds anything that matters.
    pub isolation: Option<Arc<Isolation>>,
    /// Raised by Ctrl-C.
    pub cancel: Cancel,
    /// What the terminal can show.
    pub terminal: Terminal,
    /// The database server, once an exercise has needed it. Stopped when the last holder is gone.
    pub postgres: Arc<Postgres>,
}

impl Context {
    /// The surroundings as they are, with the workspace found from the current folder upwards.
    pub fn new(cancel: Cancel) -> Result<Self> {
        let root = find_root()?;
        let isolation = Isolation::of(&root).context("failed to look at cargo's configuration")?;
        let isolation = isolation.map(Arc::new);
        Ok(Self {
            root,
            exe: env::current_exe().context("failed to find this program's own path")?,
            exec: Box::new(Real {
                cancel: cancel.clone(),
                isolation: isolation.clone(),
            }),
            isolation,
            cancel,
            terminal: Terminal::detect(),
            postgres: Arc::default(),
        })
    }

    /// Surroundings for tests: this root, and a mock in the place of processes.
    #[cfg(any(test, feature = "mock"))]
    pub fn for_tests(root: &Path, mock: crate::exec::mock::Mock) -> Self {
        Self {
            root: root.to_owned(),
            exe: PathBuf::from("/xtask"),
            exec: Box::new(mock),
            isolation: None,
            cancel: Cancel::default(),
            terminal: Terminal::PLAIN,
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

    /// Where cargo builds.
    pub fn target_dir(&self) -> PathBuf {
        match self.isolation {
            Some(_) => Isolation::target_dir(&self.root),
            None => self.root.join("target"),
        }
    }

    /// Where stages, builds and results of the runner lie.
    pub fn scratch_dir(&self) -> Result<PathBuf> {
        make_dir(self.root.join("target/workbook"))
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
