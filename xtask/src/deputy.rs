//! The workbook's other programs: built when they are asked for, so that nobody who only verifies compiles a book, a
//! grader or an audit.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use launch::{Launcher, Program, become_program};
use workbook::exit::Exit;

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

/// Becomes `program`, with the subcommand `command` (none if empty) and these arguments.
///
/// # Errors
/// If it can't be built or started.
pub fn start(program: Program, command: &str, args: &Args) -> Result<Exit> {
    let launcher = Launcher::new().context("failed to find this program's own path")?;
    let file = launcher.ready(program)?;
    let own = Some(OsString::from(command)).filter(|command| !command.is_empty());
    let error = become_program(&file, own.iter().chain(&args.args));
    Err(error).with_context(|| format!("failed to start {}", file.display()))
}
