//! The platform's package manager.

use super::machine::Machine;
use super::runner::Failure;
use super::tools::Packages;
use workbook_run::exec::Cmd;

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

    /// Whether only root installs packages, and this process isn't root's.
    pub fn needs_sudo(self, machine: &Machine) -> bool {
        self != Self::Brew && !machine.superuser
    }

    /// What comes before the first installation: finishing one that was interrupted, and installing
    /// the manager's lists up to date where it doesn't do so by itself.
    pub fn prepare(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Apt => &[&["dpkg", "--configure", "-a"], &["apt-get", "update"]],
            // Pacman must not refresh its lists without upgrading what is installed.
            Self::Dnf | Self::Pacman | Self::Brew => &[],
        }
    }

    /// The command that installs the packages named after it, and removes none.
    pub fn install(self) -> &'static [&'static str] {
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
            // These two remove nothing unless they are told to (`--allowerasing`; a yes, which `--noconfirm` isn't
            // where packages conflict), and brew keeps everything apart.
            Self::Dnf => &["dnf", "install", "-y"],
            Self::Pacman => &["pacman", "-S", "--needed", "--noconfirm"],
            Self::Brew => &["brew", "install"],
        }
    }

    /// A command of the manager's, with root's rights.
    pub fn command(self, machine: &Machine, words: &[&str]) -> Result<Cmd, Failure> {
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
        let cmd = Cmd::new(sudo).args(["-n", "env", "DEBIAN_FRONTEND=noninteractive"]);
        Ok(cmd.args(words))
    }
}

impl std::fmt::Display for Manager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.program())
    }
}
