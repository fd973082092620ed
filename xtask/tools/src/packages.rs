//! The platform's package manager.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::machine::Machine;
use super::runner::{Failure, Runner};
use super::tools::Packages;
use workbook_run::exec::Cmd;

const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// A package manager that setup can drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Debian's and Ubuntu's.
    Apt,
    /// Fedora's.
    Dnf,
    /// Arch's.
    Pacman,
    /// Homebrew.
    Brew,
}

impl Manager {
    /// The one of this machine.
    pub fn detect(machine: &Machine) -> Option<Self> {
        [Self::Apt, Self::Dnf, Self::Pacman, Self::Brew]
            .into_iter()
            .find(|manager| machine.program(manager.program()).is_some())
    }

    /// The program that drives it.
    pub fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
        }
    }

    /// Its names for a tool's packages; none where it has none.
    pub fn names(self, packages: &Packages) -> &'static [&'static str] {
        match self {
            Self::Apt => packages.apt,
            Self::Dnf => packages.dnf,
            Self::Pacman => packages.pacman,
            Self::Brew => packages.brew,
        }
    }

    /// The command that a person types to install `names`.
    pub fn by_hand(self, machine: &Machine, names: &[&str]) -> String {
        let verb: &[&str] = match self {
            Self::Apt => &["apt-get", "install", "--no-install-recommends"],
            Self::Dnf => &["dnf", "install"],
            Self::Pacman => &["pacman", "-S", "--needed"],
            Self::Brew => &["brew", "install"],
        };
        let sudo: &[&str] = if self.needs_sudo(machine) {
            &["sudo"]
        } else {
            &[]
        };
        [sudo, verb, names].concat().join(" ")
    }

    fn needs_sudo(self, machine: &Machine) -> bool {
        self != Self::Brew && !machine.superuser
    }

    /// What comes before the first installation: finishing one that was interrupted, and installing
    /// the manager's lists up to date where it doesn't do so by itself.
    fn prepare(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Apt => &[&["dpkg", "--configure", "-a"], &["apt-get", "update"]],
            // Pacman must not refresh its lists without upgrading what is installed.
            Self::Dnf | Self::Pacman | Self::Brew => &[],
        }
    }

    fn install(self) -> &'static [&'static str] {
        match self {
            // `--no-remove`: Debian's compiler conflicts with its rustup package, and setup must
            // never take away what is installed. The lock is waited for, since a fresh machine
            // often updates itself.
            Self::Apt => &[
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
                "--no-remove",
                "-o",
                "DPkg::Lock::Timeout=120",
            ],
            Self::Dnf => &["dnf", "install", "-y"],
            Self::Pacman => &["pacman", "-S", "--needed", "--noconfirm"],
            Self::Brew => &["brew", "install"],
        }
    }

    fn command(self, machine: &Machine, words: &[&str]) -> Result<Cmd, Failure> {
        if !self.needs_sudo(machine) {
            let cmd = Cmd::new(words.first().copied().unwrap_or(self.program()));
            return Ok(cmd
                .args(words.iter().skip(1))
                .env("DEBIAN_FRONTEND", "noninteractive"));
        }
        let sudo = machine.program("sudo").ok_or_else(|| {
            Failure::Reason(
                "packages are installed by the superuser, and there is no sudo".to_owned(),
            )
        })?;
        // Children of the runner can't read a password from the terminal; sudo remembers one that
        // was given in the same terminal a moment ago.
        let cmd = Cmd::new(sudo).args(["-n", "env", "DEBIAN_FRONTEND=noninteractive"]);
        Ok(cmd.args(words))
    }
}

impl std::fmt::Display for Manager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.program())
    }
}

/// Installs packages, and knows which it has tried.
#[derive(Debug)]
pub struct Installer {
    manager: Manager,
    prepared: Cell<bool>,
    installed: RefCell<BTreeSet<&'static str>>,
}

impl Installer {
    /// One for this machine, if its package manager is known.
    pub fn new(machine: &Machine) -> Option<Self> {
        let manager = Manager::detect(machine)?;
        Some(Self {
            manager,
            prepared: Cell::default(),
            installed: RefCell::default(),
        })
    }

    /// Which package manager it drives.
    pub fn manager(&self) -> Manager {
        self.manager
    }

    /// Does what comes before the first installation, once.
    fn prepare(&self, runner: &Runner<'_>) -> Result<(), Failure> {
        if self.prepared.replace(true) {
            return Ok(());
        }
        for words in self.manager.prepare() {
            let cmd = self
                .manager
                .command(runner.prober.machine, words)?
                .timeout(PATIENCE);
            // Often the installation works without; if it doesn't, it says why.
            if let Err(Failure::Cancelled) = runner.run("reading the package lists", cmd) {
                return Err(Failure::Cancelled);
            }
        }
        Ok(())
    }

    /// Finishes an installation that was interrupted.
    pub fn finish(&self, runner: &Runner<'_>) -> Result<(), Failure> {
        self.prepare(runner)?;
        let _ = fs::remove_file(mark(runner.prober.machine));
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
        // What is unpacked counts as there for a look-up, so an interruption needs a mark of its own.
        let mark = mark(machine);
        let _ = fs::create_dir_all(machine.state());
        let _ = fs::write(&mark, new.join("\n"));
        let outcome = runner.run(&format!("installing {}", new.join(", ")), cmd);
        if !matches!(outcome, Err(Failure::Cancelled)) {
            let _ = fs::remove_file(&mark);
        }
        outcome.map_err(wants_password)?;
        self.installed.borrow_mut().extend(new);
        Ok(())
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
