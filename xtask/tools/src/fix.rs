//! How a tool is installed, in words and as the command that a person types.

use super::distro::sources;
use super::kernel;
use super::machine::Machine;
use super::packages::Manager;
use super::probe::{Toolchain, locked};
use super::rustup;
use super::tools::{Source, ToolId};

/// The command that installs `id` to this machine; where there is none, what to do instead.
pub fn command(
    machine: &Machine,
    manager: Option<Manager>,
    toolchain: Toolchain,
    id: ToolId,
) -> String {
    match id.tool().source {
        Source::Cargo { package, .. } => match version(machine, id) {
            Ok(version) => format!(
                "cargo install --locked {package} --version {version} --root {}",
                machine.tools().display()
            ),
            Err(_) => "git checkout Cargo.lock".to_owned(),
        },
        Source::Packages(packages) => {
            let names = manager.map(|manager| (manager, manager.names(&packages)));
            match names {
                Some((manager, names)) if !names.is_empty() => manager.by_hand(machine, names),
                _ => format!(
                    "install {} by hand, so that it is found on PATH",
                    id.tool().name
                ),
            }
        }
        Source::Ladder(_) => ladder(machine, toolchain).to_owned(),
        Source::Kernel(feature) => kernel::fix(machine, feature),
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

/// The version that setup installs of a tool that cargo installs.
pub fn version(machine: &Machine, id: ToolId) -> Result<super::version::Version, String> {
    match id.tool().source {
        Source::Cargo {
            version: Some(version),
            ..
        } => Ok(version),
        Source::Cargo { version: None, .. } => locked(&machine.workspace, "wasm-bindgen"),
        Source::Packages(_) | Source::Ladder(_) | Source::Kernel(_) => {
            Err("its version isn't pinned".to_owned())
        }
    }
}

/// How setup would install `id`; the error tells why it can't.
pub fn how(
    machine: &Machine,
    manager: Option<Manager>,
    toolchain: Toolchain,
    id: ToolId,
) -> Result<String, String> {
    match id.tool().source {
        Source::Cargo { package, .. } => {
            let version = version(machine, id)?;
            Ok(format!(
                "`cargo install` of {package} {version} into .workbook/tools"
            ))
        }
        Source::Packages(packages) => match manager {
            None => Err("setup knows no package manager of this platform".to_owned()),
            Some(manager) => match manager.names(&packages) {
                [] => Err(format!("setup knows no {manager} package of it")),
                names => Ok(format!("{manager}: {}", names.join(", "))),
            },
        },
        Source::Kernel(_) => Err("the kernel's settings are the administrator's".to_owned()),
        Source::Ladder(target) => {
            let by_rustup = rustup::target_add(machine, toolchain, &[target]).is_some();
            let by_rustup = by_rustup.then(|| format!("`rustup target add {}`", target.triple));
            let by_distro = (toolchain != Toolchain::Rustup).then(|| from_distribution(manager));
            match (by_rustup, by_distro) {
                (Some(first), Some(second)) => Ok(format!("{first}; should that fail, {second}")),
                (Some(only), None) | (None, Some(only)) => Ok(only),
                (None, None) => Err(
                    "there is no rustup, and `--toolchain rustup` allows nothing else".to_owned(),
                ),
            }
        }
    }
}

fn from_distribution(manager: Option<Manager>) -> String {
    let names = manager.map(|manager| (manager, manager.names(&sources::COMPILER)));
    match names {
        Some((manager, names)) if !names.is_empty() => {
            format!(
                "built with the distribution's compiler ({manager}: {})",
                names.join(", ")
            )
        }
        _ => "built with the distribution's compiler".to_owned(),
    }
}
