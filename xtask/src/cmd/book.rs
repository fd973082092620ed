//! `cargo xtask book`: mdBook through its library, in a program of its own, so that nobody who only
//! verifies has to compile it.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::{
    context::Context,
    exec::{Cmd, Exit},
};

/// What to do with the book.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// `build`, `serve [--port N] [--open]` or `test`
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "build|serve|test"
    )]
    pub args: Vec<String>,
}

/// Hands over to the book's own program.
pub fn run(ctx: &Context, args: &Args) -> Result<ExitCode> {
    let cmd = Cmd::new("cargo")
        .args(["run", "--quiet", "--package", "book-live", "--"])
        .args(&args.args)
        .cwd(&ctx.root)
        .configured_here()
        .inherit();
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    Ok(match output.exit {
        Exit::Code(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        // Ctrl-C is how `serve` ends.
        Exit::Cancelled => ExitCode::SUCCESS,
        Exit::Signal(_) | Exit::TimedOut => ExitCode::FAILURE,
    })
}
