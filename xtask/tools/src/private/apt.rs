//! What apt says of packages without installing them: which ones are new, which it would remove, how large
//! the download is.
//!
//! Without root, the system's lists can't be brought up to date; then apt keeps lists of its own in
//! `.workbook/packages`, beside the system's record of what is installed.

use std::path::PathBuf;
use std::time::Duration;

use crate::machine::Machine;
use crate::prober::Prober;
use crate::runner::{Failure, Runner};
use workbook_run::exec::{Cmd, Output};

const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// How long apt may think over what depends on what.
const THOUGHT: Duration = Duration::from_secs(180);

/// What an installation would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulation {
    /// The packages that would be installed or brought to another version.
    pub new: Vec<Package>,
    /// The names of those that would be removed.
    pub removed: Vec<String>,
}

/// A package that would be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name, with the architecture where that is not the machine's own.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether another version is installed now.
    pub replaces: bool,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Its name in the download folder.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Whether apt's own lists are the workbook's here.
fn keeps_own_lists(machine: &Machine) -> bool {
    !machine.superuser
}

fn lists(machine: &Machine) -> PathBuf {
    machine.packages().join("apt/lists")
}

/// An apt-get that reads our lists where we keep some, and downloads to our folder.
fn apt_get(machine: &Machine) -> Cmd {
    let cache = machine.packages().join("apt/cache");
    let mut options = vec![
        ("Dir::Cache::archives", cache.join("archives")),
        // Our folder may be closed to apt's own unprivileged user.
        ("APT::Sandbox::User", PathBuf::from("root")),
    ];
    if keeps_own_lists(machine) && lists(machine).is_dir() {
        options.push(("Dir::Cache", cache));
        options.push(("Dir::State::lists", lists(machine)));
    }
    let options = options
        .into_iter()
        .flat_map(|(name, value)| ["-o".to_owned(), format!("{name}={}", value.display())]);
    Cmd::new("apt-get").args(options).env("LC_ALL", "C")
}

/// What apt-get answers to `args`; the error is what it complains of. It is asked again when the lists or the
/// installed packages change.
fn ask(prober: &Prober<'_>, args: &[&str]) -> Result<String, String> {
    let machine = prober.machine;
    let program = machine
        .program("apt-get")
        .ok_or("there is no `apt-get` on PATH")?;
    let files = [
        machine.at("/var/lib/dpkg/status"),
        machine.at("/var/lib/apt/lists"),
        lists(machine),
    ];
    let cmd = apt_get(machine).args(args).timeout(THOUGHT);
    prober
        .answers
        .try_ask(prober.exec, &cmd, &program, &args.join(" "), &files)
        .map_err(|why| shortened(machine, &why))
}

/// A reason without the options that every command has here, which say nothing to its reader.
fn shortened(machine: &Machine, why: &str) -> String {
    why.replace(&apt_get(machine).line(), "apt-get")
}

/// Runs a command of apt's, and shortens what it complains of.
fn run(runner: &Runner<'_>, doing: &str, cmd: Cmd) -> Result<Output, Failure> {
    runner.run(doing, cmd).map_err(|failure| match failure {
        Failure::Reason(why) => Failure::Reason(shortened(runner.prober.machine, &why)),
        Failure::Cancelled => Failure::Cancelled,
    })
}

/// What installing `names` would do, by the lists that are there.
pub fn simulate(prober: &Prober<'_>, names: &[&str]) -> Result<Simulation, String> {
    let args = [&["install", "--simulate", "--no-install-recommends"], names].concat();
    ask(prober, &args).map(|said| Simulation::parse(&said))
}

/// The files that installing `names` would download.
pub fn archives(prober: &Prober<'_>, names: &[&str]) -> Result<Vec<Archive>, String> {
    let args = [
        &["install", "--print-uris", "-y", "--no-install-recommends"],
        names,
    ];
    ask(prober, &args.concat()).map(|said| said.lines().filter_map(Archive::parse).collect())
}

/// Brings the lists up to date that [`simulate`] reads without root; the answer is what apt-get
/// complained of, since it takes lists that it can't reach for no failure.
pub fn update(runner: &Runner<'_>) -> Result<Option<String>, Failure> {
    let machine = runner.prober.machine;
    if !keeps_own_lists(machine) {
        return Ok(None);
    }
    let made = std::fs::create_dir_all(lists(machine).join("partial"));
    made.map_err(|error| {
        Failure::Reason(format!(
            "{} can't be made: {error}",
            lists(machine).display()
        ))
    })?;
    let cmd = apt_get(machine).arg("update").timeout(PATIENCE);
    let output = run(runner, "reading the package lists", cmd)?;
    Ok(complaint(&output.stderr()))
}

/// What an update warned of.
pub fn complaint(stderr: &str) -> Option<String> {
    let mut lines = stderr.lines();
    lines
        .find_map(|line| line.strip_prefix("W: ").or(line.strip_prefix("E: ")))
        .map(str::to_owned)
}

/// Downloads `packages` into `folder`. What is there already is not fetched again.
pub fn download(
    runner: &Runner<'_>,
    packages: &[Package],
    folder: &std::path::Path,
) -> Result<(), Failure> {
    let wanted = packages
        .iter()
        .map(|package| format!("{}={}", package.name, package.version));
    let cmd = apt_get(runner.prober.machine)
        .arg("download")
        .args(wanted)
        .cwd(folder)
        .timeout(PATIENCE);
    let doing = format!("downloading {} packages", packages.len());
    run(runner, &doing, cmd).map(drop)
}

impl Simulation {
    fn parse(said: &str) -> Self {
        let mut simulation = Self::default();
        for line in said.lines() {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("Inst"), Some(name)) => {
                    let rest: Vec<_> = words.collect();
                    let version = rest.iter().find_map(|word| word.strip_prefix('('));
                    simulation.new.extend(version.map(|version| Package {
                        name: name.to_owned(),
                        version: version.to_owned(),
                        replaces: rest.first().is_some_and(|word| word.starts_with('[')),
                    }));
                }
                (Some("Remv"), Some(name)) => simulation.removed.push(name.to_owned()),
                _ => {}
            }
        }
        simulation
    }
}

impl Archive {
    /// Reads `'http://…' name_1%3a2.deb 1234 MD5Sum:…`.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix('\'')?.split_whitespace().skip(1);
        let file = words.next()?.to_owned();
        let bytes = words.next()?.parse().ok()?;
        Some(Self { file, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_would_be_installed_and_removed() {
        let said = "NOTE: This is only a simulation!\n\
            Remv qemu-utils [1:10.0.2+ds-2~bpo12+1]\n\
            Inst libslirp0 (4.7.0-1 Debian:12.15/oldstable [amd64])\n\
            Inst libglib2.0-0 [2.74.6-2+deb12u8] (2.74.6-2+deb12u9 Debian:12.15/oldstable [amd64]) []\n\
            Conf libslirp0 (4.7.0-1 Debian:12.15/oldstable [amd64])\n";
        let package = |name: &str, version: &str, replaces| Package {
            name: name.to_owned(),
            version: version.to_owned(),
            replaces,
        };
        assert_eq!(
            Simulation::parse(said),
            Simulation {
                new: vec![
                    package("libslirp0", "4.7.0-1", false),
                    package("libglib2.0-0", "2.74.6-2+deb12u9", true),
                ],
                removed: vec!["qemu-utils".to_owned()],
            }
        );
    }

    #[test]
    fn reads_the_files_of_a_download() {
        let line = "'http://deb.debian.org/q/qemu_7.2%2bdfsg.deb' qemu_1%3a7.2+dfsg_amd64.deb 8909200 MD5Sum:64be";
        let archive = Archive {
            file: "qemu_1%3a7.2+dfsg_amd64.deb".to_owned(),
            bytes: 8_909_200,
        };
        assert_eq!(Archive::parse(line), Some(archive));
        assert_eq!(Archive::parse("Reading package lists..."), None);
    }

    #[test]
    fn an_update_that_reached_nobody_says_so() {
        let said = "W: Failed to fetch http://d/InRelease  Could not resolve 'd'\nW: Some index files failed to download.\n";
        assert_eq!(
            complaint(said).as_deref(),
            Some("Failed to fetch http://d/InRelease  Could not resolve 'd'")
        );
        assert_eq!(complaint(""), None);
    }
}
