//! Which rung of the ladder serves a tool's packages: the platform's manager where it removes nothing, else
//! a private copy, else nothing.

use std::time::Duration;

use super::packages::Manager;
use super::private::apt;
use super::prober::Prober;
use super::recipes::Recipe;
use super::tools::Packages;
use workbook_run::exec::{Cmd, Exit};

/// How packages come to this machine.
#[derive(Debug, Clone, Copy)]
pub enum Rung {
    /// Installed by the platform's manager.
    System,
    /// Unpacked into `.workbook/packages`.
    Private(&'static Recipe),
}

/// A rung, and what there is to say of it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Which it is.
    pub rung: Rung,
    /// Why it is not the one before; empty for the first.
    pub why: String,
    /// What a private copy needs, where apt can tell: packages, and bytes to download.
    pub size: Option<(usize, u64)>,
}

const SYSTEM: Choice = Choice {
    rung: Rung::System,
    why: String::new(),
    size: None,
};

/// Whether packages can be installed here; the error finishes the sentence "since …".
pub fn access(prober: &Prober<'_>, manager: Manager) -> Result<(), String> {
    let machine = prober.machine;
    if !manager.needs_sudo(machine) {
        return Ok(());
    }
    let Some(sudo) = machine.program("sudo") else {
        return Err("only root installs packages, and there is no sudo".to_owned());
    };
    // Children of the runner can't read a password from the terminal; sudo remembers one that was given in the same
    // terminal a moment ago.
    let cmd = Cmd::new(sudo)
        .args(["-n", "true"])
        .timeout(Duration::from_secs(10));
    match prober.exec.run(&cmd) {
        Ok(output) if output.exit == Exit::Code(0) => Ok(()),
        _ => Err("sudo wants a password (`sudo -v` before this command gives it)".to_owned()),
    }
}

/// The rung for each of `wanted`; the error says why none will do.
pub fn all(
    prober: &Prober<'_>,
    manager: Manager,
    wanted: &[&Packages],
) -> Vec<Result<Choice, String>> {
    let may = access(prober, manager);
    // One question, where one will do.
    let names: Vec<_> = wanted
        .iter()
        .flat_map(|packages| manager.names(packages))
        .copied()
        .collect();
    let together = may.is_ok() && manager == Manager::Apt && wanted.len() > 1;
    let harmless = together
        && apt::simulate(prober, &names).is_ok_and(|simulation| simulation.removed.is_empty());
    wanted
        .iter()
        .map(|packages| match manager.names(packages) {
            [] => Err(format!("setup knows no {manager} package of it")),
            _ if harmless => Ok(SYSTEM),
            names => one(prober, manager, packages, names, &may),
        })
        .collect()
}

fn one(
    prober: &Prober<'_>,
    manager: Manager,
    packages: &Packages,
    names: &[&str],
    may: &Result<(), String>,
) -> Result<Choice, String> {
    let why = match may {
        Err(why) => why.clone(),
        Ok(()) if manager == Manager::Apt => match removal(prober, names) {
            Some(why) => why,
            None => return Ok(SYSTEM),
        },
        Ok(()) => return Ok(SYSTEM),
    };
    private(prober, manager, packages, why)
}

/// The second rung, for the reason `why`.
pub fn private(
    prober: &Prober<'_>,
    manager: Manager,
    packages: &Packages,
    why: String,
) -> Result<Choice, String> {
    let Some(recipe) = packages.private.filter(|_| manager == Manager::Apt) else {
        return Err(why);
    };
    let size = apt::archives(prober, recipe.apt).ok();
    let size = size
        .filter(|archives| !archives.is_empty())
        .map(|archives| {
            let bytes = archives.iter().map(|archive| archive.bytes).sum();
            (archives.len(), bytes)
        });
    Ok(Choice {
        rung: Rung::Private(recipe),
        why,
        size,
    })
}

/// What installing `names` would take away, in words; `None` where that is nothing, or apt can't tell yet.
pub fn removal(prober: &Prober<'_>, names: &[&str]) -> Option<String> {
    let removed = apt::simulate(prober, names).ok()?.removed;
    (!removed.is_empty()).then(|| format!("apt-get would remove {}", removed.join(", ")))
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}
