//! The command that a person types to get a tool, and how the targets' ladder is told.

use super::distro::sources;
use super::found::Toolchain;
use super::kernel;
use super::machine::Machine;
use super::packages::Manager;
use super::pinned;
use super::prober::Prober;
use super::rung;
use super::rustup;
use super::tools::{Packages, Source, Target, ToolId};

/// How much is to be found out for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// As little as the start of every command may take.
    Quick,
    /// Apt may be asked what it would remove, which takes seconds.
    Thorough,
}

/// The command that installs `id` on this machine, and what else that would do; where there is no command, what
/// to do instead.
pub fn command(
    prober: &Prober<'_>,
    manager: Option<Manager>,
    id: ToolId,
    effort: Effort,
) -> String {
    let machine = prober.machine;
    match id.tool().source {
        Source::Cargo { package, .. } => match pinned::version(machine, id) {
            Ok(version) => format!(
                "cargo install --locked {package} --version {version} --root {}",
                machine.tools().display()
            ),
            Err(_) => "git checkout Cargo.lock".to_owned(),
        },
        Source::Packages(packages) => {
            let names = manager.map(|manager| (manager, manager.names(&packages)));
            match names {
                Some((manager, names)) if !names.is_empty() => {
                    by_packages(prober, manager, &packages, names, effort)
                }
                _ => format!(
                    "install {} by hand, so that it is found on PATH",
                    id.tool().name
                ),
            }
        }
        Source::Ladder(_) => ladder(machine, prober.toolchain).to_owned(),
        Source::Kernel(feature) => kernel::fix(machine, feature),
    }
}

/// Where the manager's own command would do harm, or isn't to be had, setup's comes first.
fn by_packages(
    prober: &Prober<'_>,
    manager: Manager,
    packages: &Packages,
    names: &[&str],
    effort: Effort,
) -> String {
    let machine = prober.machine;
    let command = manager.by_hand(machine, names);
    let asks = manager == Manager::Apt && effort == Effort::Thorough;
    let removed = asks.then(|| rung::removal(prober, names)).flatten();
    let may_not = manager.needs_sudo(machine) && machine.program("sudo").is_none();
    let copies = packages.private.is_some() && manager == Manager::Apt;
    match removed {
        Some(removed) if copies => format!(
            "cargo xtask setup --yes, which unpacks a private copy; by `{command}`, {removed}"
        ),
        None if copies && may_not => {
            "cargo xtask setup --yes, which unpacks a private copy".to_owned()
        }
        Some(removed) => format!("{command}; but {removed}"),
        None => command,
    }
}

/// Not `rustup target add`, which is only the first half of what setup tries.
fn ladder(machine: &Machine, toolchain: Toolchain) -> &'static str {
    let by_rustup = toolchain != Toolchain::Distro && machine.program("rustup").is_some();
    if by_rustup {
        "cargo xtask setup --yes"
    } else {
        "cargo xtask setup --yes --toolchain distro"
    }
}

/// How setup would get the library of `target`; the error tells why it can't.
pub fn ladder_steps(
    prober: &Prober<'_>,
    manager: Option<Manager>,
    target: Target,
) -> Result<String, String> {
    let (machine, toolchain) = (prober.machine, prober.toolchain);
    let by_rustup = rustup::target_add(machine, toolchain, &[target]).is_some();
    let by_rustup = by_rustup.then(|| format!("`rustup target add {}`", target.triple));
    let by_distro = (toolchain != Toolchain::Rustup).then(|| from_distribution(prober, manager));
    match (by_rustup, by_distro) {
        (Some(first), Some(second)) => Ok(format!("{first}; should that fail, {second}")),
        (Some(only), None) | (None, Some(only)) => Ok(only),
        (None, None) => {
            Err("there is no rustup, and `--toolchain rustup` allows nothing else".to_owned())
        }
    }
}

fn from_distribution(prober: &Prober<'_>, manager: Option<Manager>) -> String {
    let built = "built with the distribution's compiler";
    let Some(manager) = manager.filter(|manager| !manager.names(&sources::COMPILER).is_empty())
    else {
        return built.to_owned();
    };
    let names = manager.names(&sources::COMPILER).join(", ");
    let private = match rung::access(prober, manager) {
        Err(why) if sources::COMPILER.private.is_some() && manager == Manager::Apt => {
            format!(", unpacked into .workbook/packages, since {why}")
        }
        _ => String::new(),
    };
    format!("{built} ({manager}: {names}{private})")
}
