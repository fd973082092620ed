//! Gets packages onto the machine, by the ladder, and knows which it has tried.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::machine::Machine;
use super::packages::Manager;
use super::private;
use super::recipes::Recipe;
use super::rung::{self, Choice, Rung};
use super::runner::{Failure, Runner};
use super::tools::Packages;

const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Installs packages or makes private copies of them.
#[derive(Debug)]
pub struct Installer {
    manager: Manager,
    prepared: Cell<bool>,
    /// What kept the package lists from being brought up to date.
    unreachable: RefCell<Option<String>>,
    installed: RefCell<BTreeSet<&'static str>>,
}

impl Installer {
    /// One for this machine, if its package manager is known.
    pub fn new(machine: &Machine) -> Option<Self> {
        let manager = Manager::detect(machine)?;
        Some(Self {
            manager,
            prepared: Cell::default(),
            unreachable: RefCell::default(),
            installed: RefCell::default(),
        })
    }

    /// Does what comes before the first installation, once.
    fn prepare(&self, runner: &Runner<'_>) -> Result<(), Failure> {
        if self.prepared.replace(true) {
            return Ok(());
        }
        if rung::access(runner.prober, self.manager).is_err() {
            // Private copies are all that can come, by lists of our own.
            let said = private::apt::update(runner);
            self.note(said)?;
            return Ok(());
        }
        for words in self.manager.prepare() {
            let cmd = self
                .manager
                .command(runner.prober.machine, words)?
                .timeout(PATIENCE);
            // Often the installation works without; if it doesn't, this says why.
            let output = runner.run("reading the package lists", cmd);
            self.note(output.map(|output| private::apt::complaint(&output.stderr())))?;
        }
        Ok(())
    }

    /// Keeps what an update complained of.
    fn note(&self, said: Result<Option<String>, Failure>) -> Result<(), Failure> {
        let said = match said {
            Err(Failure::Cancelled) => return Err(Failure::Cancelled),
            Err(Failure::Reason(why)) => Some(why),
            Ok(complaint) => complaint,
        };
        self.unreachable.replace(said);
        Ok(())
    }

    /// Finishes an installation that was interrupted.
    pub fn finish(&self, runner: &Runner<'_>) -> Result<(), Failure> {
        self.prepare(runner)?;
        let _ = fs::remove_file(mark(runner.prober.machine));
        Ok(())
    }

    /// Gets `packages` by the rung that serves here.
    pub fn obtain(&self, runner: &Runner<'_>, packages: &Packages) -> Result<(), Failure> {
        let prober = runner.prober;
        // What has to be removed is known by lists that are up to date.
        self.prepare(runner)?;
        let choice = rung::all(prober, self.manager, &[packages]).pop();
        match choice.unwrap_or_else(|| Err("there is nothing to install".to_owned())) {
            Err(why) => Err(Failure::Reason(why)),
            Ok(Choice {
                rung: Rung::System, ..
            }) => self.install_or_copy(runner, packages),
            Ok(Choice {
                rung: Rung::Private(recipe),
                why,
                ..
            }) => self.copy(runner, recipe, &why),
        }
    }

    /// Installs `packages`; where the manager refuses, makes a private copy of them.
    pub fn install_or_copy(&self, runner: &Runner<'_>, packages: &Packages) -> Result<(), Failure> {
        let names = self.manager.names(packages);
        let Err(failure) = self.install(runner, names) else {
            return Ok(());
        };
        let Failure::Reason(refusal) = &failure else {
            return Err(failure);
        };
        let why = rung::removal(runner.prober, names).unwrap_or_else(|| refusal.clone());
        let Ok(Choice {
            rung: Rung::Private(recipe),
            ..
        }) = rung::private(runner.prober, self.manager, packages, why.clone())
        else {
            return Err(failure);
        };
        runner
            .progress
            .say(&format!("      {why}; unpacking a private copy"));
        self.copy(runner, recipe, &why)
            .map_err(|second| match second {
                // Servers that can't be reached are one reason, not two.
                Failure::Reason(_) if self.unreachable.borrow().is_some() => failure,
                Failure::Reason(second) => {
                    Failure::Reason(format!("{why}; a private copy fails, too: {second}"))
                }
                Failure::Cancelled => Failure::Cancelled,
            })
    }

    /// Makes the private copy of `recipe`, unless this installer did so before.
    pub fn copy(
        &self,
        runner: &Runner<'_>,
        recipe: &'static Recipe,
        why: &str,
    ) -> Result<(), Failure> {
        if self.installed.borrow().contains(recipe.folder) {
            return Ok(());
        }
        self.prepare(runner)?;
        private::install::install(runner, recipe, why)
            .map_err(|failure| self.because_unreachable(failure))?;
        self.installed.borrow_mut().insert(recipe.folder);
        Ok(())
    }

    /// Installs `names`, unless this installer did so before.
    pub fn install(&self, runner: &Runner<'_>, names: &[&'static str]) -> Result<(), Failure> {
        let machine = runner.prober.machine;
        let new: Vec<_> = names
            .iter()
            .copied()
            .filter(|name| !self.installed.borrow().contains(name))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        self.prepare(runner)?;
        let words = [self.manager.install(), &new].concat();
        let cmd = self.manager.command(machine, &words)?.timeout(PATIENCE);
        // What is unpacked counts as there for a check, so an interruption needs a mark of its own.
        let mark = mark(machine);
        let _ = fs::create_dir_all(machine.state());
        let _ = fs::write(&mark, new.join("\n"));
        let outcome = runner.run(&format!("installing {}", new.join(", ")), cmd);
        if !matches!(outcome, Err(Failure::Cancelled)) {
            let _ = fs::remove_file(&mark);
        }
        outcome.map_err(|failure| self.because_unreachable(wants_password(failure)))?;
        self.installed.borrow_mut().extend(new);
        Ok(())
    }

    /// What failed, and that the servers of the packages could not be reached, which may be why.
    fn because_unreachable(&self, failure: Failure) -> Failure {
        match (failure, &*self.unreachable.borrow()) {
            (Failure::Reason(why), Some(complaint)) => Failure::Reason(format!(
                "{why}; before that, the package lists could not be brought up to date: {complaint}"
            )),
            (failure, _) => failure,
        }
    }
}

/// The file that is there while packages are being installed.
fn mark(machine: &Machine) -> PathBuf {
    machine.state().join("packages.pending")
}

/// Whether an installation of packages was interrupted.
pub fn interrupted(machine: &Machine) -> bool {
    mark(machine).exists()
}

fn wants_password(failure: Failure) -> Failure {
    match failure {
        Failure::Reason(why) if why.contains("sudo: ") && why.contains("password") => {
            Failure::Reason(
                "sudo wants a password: run `sudo -v`, then this command again".to_owned(),
            )
        }
        other => other,
    }
}
