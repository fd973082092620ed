//! Does what a plan says, one step after another. A step that fails stops nothing but itself.

use std::collections::BTreeMap;
use std::time::Duration;

use super::distro::{assemble, sources};
use super::found::Toolchain;
use super::installer::Installer;
use super::packages::Manager;
use super::plan::Step;
use super::private;
use super::prober::Prober;
use super::runner::{Failure, Runner};
use super::rustup;
use super::tools::{Packages, Target, ToolId};
use super::version::Version;
use workbook_run::exec::Cmd;

const PATIENCE: Duration = Duration::from_secs(45 * 60);

/// Why tools were not installed.
pub type Failures = BTreeMap<ToolId, String>;

/// Does `steps`, and returns what failed.
///
/// # Errors
/// Only [`Failure::Cancelled`]: what was done stays, and the next setup goes on from there.
pub fn install(runner: &Runner<'_>, steps: &[Step]) -> Result<Failures, Failure> {
    let installer = Installer::new(runner.prober.machine);
    let mut failures = Failures::new();
    for (index, step) in steps.iter().enumerate() {
        runner.progress.step(index + 1, steps.len(), &step.title());
        let outcome = one(runner, installer.as_ref(), step)?;
        for (id, why) in &outcome {
            runner.progress.say(&format!(
                "      {} was not installed: {why}",
                id.tool().name
            ));
        }
        runner.progress.close(if outcome.is_empty() {
            "done"
        } else {
            "not done"
        });
        failures.extend(outcome);
    }
    Ok(failures)
}

fn one(
    runner: &Runner<'_>,
    installer: Option<&Installer>,
    step: &Step,
) -> Result<Failures, Failure> {
    match step {
        Step::Finish => {
            let outcome = installer.map_or(Ok(()), |installer| installer.finish(runner));
            failures([], outcome)
        }
        Step::Packages { manager, tools } => packages(runner, installer, *manager, tools),
        Step::Private { recipe, tools, why } => {
            let outcome = installer.map_or(Ok(()), |installer| installer.copy(runner, recipe, why));
            failures(tools.iter().copied(), outcome)
        }
        Step::Cargo {
            tool,
            package,
            version,
        } => {
            let outcome = cargo(runner, package, *version);
            failures([*tool], outcome)
        }
        Step::Ladder { tools } => {
            let targets: Vec<_> = tools.iter().map(|(_, target)| *target).collect();
            let outcome = ladder(runner, installer, &targets);
            failures(tools.iter().map(|(id, _)| *id), outcome)
        }
    }
}

fn failures(
    tools: impl IntoIterator<Item = ToolId>,
    outcome: Result<(), Failure>,
) -> Result<Failures, Failure> {
    match outcome {
        Ok(()) => Ok(Failures::new()),
        Err(Failure::Reason(why)) => Ok(tools.into_iter().map(|id| (id, why.clone())).collect()),
        Err(Failure::Cancelled) => Err(Failure::Cancelled),
    }
}

/// All in one go; should that fail, tool by tool, so that one package that can't be installed costs one tool
/// at most.
fn packages(
    runner: &Runner<'_>,
    installer: Option<&Installer>,
    manager: Manager,
    tools: &[(ToolId, Packages)],
) -> Result<Failures, Failure> {
    let Some(installer) = installer else {
        return Ok(Failures::new());
    };
    let names: Vec<_> = tools
        .iter()
        .flat_map(|(_, packages)| manager.names(packages))
        .copied()
        .collect();
    if tools.len() > 1 {
        match installer.install(runner, &names) {
            Err(Failure::Reason(_)) => {}
            together => return failures([], together),
        }
    }
    let mut failed = Failures::new();
    for (id, packages) in tools {
        failed.extend(failures(
            [*id],
            installer.install_or_copy(runner, packages),
        )?);
    }
    Ok(failed)
}

/// Compiles a tool. Cargo puts it in place only when it is whole, and what an interrupted build
/// has done stays in the build folder.
fn cargo(runner: &Runner<'_>, package: &str, version: Version) -> Result<(), Failure> {
    let machine = runner.prober.machine;
    let cmd = Cmd::new("cargo")
        .args([
            "install",
            "--locked",
            package,
            "--version",
            &format!("={version}"),
            "--root",
        ])
        .arg(machine.tools())
        .cwd(&machine.workspace)
        .env("CARGO_TARGET_DIR", machine.state().join("build/tools"))
        // These tools wait for others most of their time: what matters is how soon they are there.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env_remove("CARGO_BUILD_TARGET")
        .timeout(PATIENCE);
    runner
        .run(&format!("compiling {package} {version}"), cmd)
        .map(drop)
}

/// The second and third rungs, as far as `--toolchain` allows them.
fn ladder(
    runner: &Runner<'_>,
    installer: Option<&Installer>,
    targets: &[Target],
) -> Result<(), Failure> {
    let choice = runner.prober.toolchain;
    let mut first = String::new();
    if let Some(cmd) = rustup::target_add(runner.prober.machine, choice, targets) {
        match runner.run("rustup target add", cmd) {
            Err(Failure::Reason(why)) => first = why,
            other => return other.map(drop),
        }
        if choice == Toolchain::Rustup {
            return Err(Failure::Reason(first));
        }
        runner.progress.say(&format!(
            "      {first}; trying the distribution's compiler"
        ));
    }
    from_distribution(runner, installer, targets).map_err(|failure| match failure {
        Failure::Reason(why) if !first.is_empty() => Failure::Reason(format!("{first}; {why}")),
        other => other,
    })
}

fn from_distribution(
    runner: &Runner<'_>,
    installer: Option<&Installer>,
    targets: &[Target],
) -> Result<(), Failure> {
    let prober = runner.prober;
    let compiler = match sources::compiler(prober) {
        Ok(compiler) => compiler,
        Err(lacks) => {
            obtain(runner, installer, &sources::COMPILER, &lacks)?;
            sources::compiler(prober).map_err(Failure::Reason)?
        }
    };
    let linker = match sources::linker(prober, &compiler) {
        Some(linker) => linker,
        None => {
            let lacks = "no LLVM linker is installed";
            obtain(runner, installer, &sources::LINKER, lacks)?;
            let found = sources::linker(prober, &compiler);
            found.ok_or_else(|| Failure::Reason(lacks.to_owned()))?
        }
    };
    assemble::assemble(runner, &compiler, &linker, targets)?;
    let folder = prober.machine.toolchain();
    runner.progress.say(&format!(
        "      assembled {} from rustc {}",
        folder.display(),
        compiler.version
    ));
    Ok(())
}

fn obtain(
    runner: &Runner<'_>,
    installer: Option<&Installer>,
    packages: &Packages,
    lacks: &str,
) -> Result<(), Failure> {
    let outcome = match installer {
        Some(installer) => installer.obtain(runner, packages),
        None => Err(Failure::Reason(
            "setup knows no package manager of this platform".to_owned(),
        )),
    };
    outcome.map_err(|failure| match failure {
        Failure::Reason(why) => Failure::Reason(format!("{lacks}, and {why}")),
        Failure::Cancelled => Failure::Cancelled,
    })
}

/// Removes what builds and downloads left behind, once nothing is left to do.
pub fn tidy(prober: &Prober<'_>) {
    let _ = std::fs::remove_dir_all(private::install::downloads(prober.machine));
    // A folder that stays costs room, not correctness.
    let _ = std::fs::remove_dir_all(prober.machine.state().join("build"));
}
