//! The first two rungs of the ladder: the active toolchain, and `rustup target add`.

use std::path::PathBuf;
use std::time::Duration;

use super::found::{Found, Origin, Probed, Toolchain, holds_core};
use super::machine::Machine;
use super::prober::Prober;
use super::tools::Target;
use workbook_run::exec::Cmd;

/// A mirror that doesn't answer must not hold the ladder up for ever.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// The standard library of `target` in the active toolchain.
pub fn library(prober: &Prober<'_>, target: Target) -> Probed {
    let sysroot = sysroot(prober).ok_or("`rustc --print sysroot` gives no answer")?;
    let path = sysroot.join("lib/rustlib").join(target.triple).join("lib");
    if holds_core(&path) {
        return Ok(Found {
            path,
            version: None,
            toolchain: None,
            origin: Origin::Active,
        });
    }
    Err(format!(
        "the active toolchain, {}, has no standard library for it",
        sysroot.display()
    ))
}

/// The root folder of the toolchain that `rustc` in the workspace comes from.
pub fn sysroot(prober: &Prober<'_>) -> Option<PathBuf> {
    let machine = prober.machine;
    let rustc = machine.program("rustc")?;
    // Which toolchain a proxy of rustup's stands for hangs on these.
    let chosen = machine.var("RUSTUP_TOOLCHAIN").unwrap_or_default();
    let files = [
        machine.workspace.join("rust-toolchain.toml"),
        rustup_home(machine)
            .unwrap_or_default()
            .join("settings.toml"),
    ];
    let context = format!("+{} --print sysroot", chosen.display());
    let cmd = Cmd::new(&rustc)
        .args(["--print", "sysroot"])
        .cwd(&machine.workspace);
    let answer = prober
        .answers
        .ask(prober.exec, cmd, &rustc, &context, &files)?;
    Some(PathBuf::from(answer)).filter(|path| path.is_absolute())
}

/// Where rustup keeps its toolchains.
pub fn rustup_home(machine: &Machine) -> Option<PathBuf> {
    let own = machine.var("RUSTUP_HOME").map(PathBuf::from);
    own.or_else(|| Some(PathBuf::from(machine.var("HOME")?).join(".rustup")))
}

/// The command that adds `targets` to the active toolchain, if rustup is here and may be used:
/// `RUSTUP_AUTO_INSTALL=0` says that nobody wants it to install of its own accord, so then only
/// `--toolchain rustup` asks it to.
pub fn target_add(machine: &Machine, choice: Toolchain, targets: &[Target]) -> Option<Cmd> {
    let unwanted = machine
        .var("RUSTUP_AUTO_INSTALL")
        .is_some_and(|value| value == "0");
    match choice {
        Toolchain::Distro => return None,
        Toolchain::Auto if unwanted => return None,
        Toolchain::Auto | Toolchain::Rustup => {}
    }
    let rustup = machine.program("rustup")?;
    let triples = targets.iter().map(|target| target.triple);
    let args = ["target", "add"].into_iter().chain(triples);
    Some(
        Cmd::new(rustup)
            .args(args)
            .cwd(&machine.workspace)
            .timeout(PATIENCE),
    )
}
