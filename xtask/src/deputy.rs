//! The workbook's other programs: built when they are asked for, so that nobody who only verifies compiles a book, a
//! grader or an audit.

use std::{env, ffi::OsString, path::Path, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use workbook_run::{
    context::Context,
    exec::{self, Cmd},
};

/// Arguments that the other program understands, `--help` among them.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// See `--help`
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    args: Vec<OsString>,
}

/// Builds `package` and becomes its program, with the subcommand `command` (none if empty) and these arguments.
///
/// # Errors
/// If it can't be built or started.
pub fn start(ctx: &Context, package: &str, command: &str, args: &Args) -> Result<ExitCode> {
    // Where this program's own source lies, so that a workbook that is only a fixture has them all.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let manifest = source
        .context("xtask has a folder above it")?
        .join("Cargo.toml");
    let folder = ctx.exe.parent().context("a program has a folder")?;
    let target_dir = folder
        .parent()
        .context("cargo builds into target/PROFILE")?;
    let cmd = Cmd::new("cargo")
        .args(["build", "--quiet", "--package", package, "--manifest-path"])
        .arg(manifest)
        .env("CARGO_TARGET_DIR", target_dir)
        .cwd(&ctx.root)
        .inherit();
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    if !output.success() {
        bail!(
            "{package}, the program behind this command, could not be built; what cargo said stands above"
        );
    }
    let program = folder.join(format!("{package}{}", env::consts::EXE_SUFFIX));
    let own = Some(OsString::from(command)).filter(|command| !command.is_empty());
    let error = exec::replace(&program, own.iter().chain(&args.args));
    Err(error).with_context(|| format!("failed to start {}", program.display()))
}
