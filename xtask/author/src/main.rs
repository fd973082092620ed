//! What authors of the workbook run: `cargo xtask audit`, `new` and `ci`.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod audit;
mod ci;
mod cmd;

use std::process::ExitCode;

use clap::Parser;
use workbook_run::start;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Cli {
    /// Check that stubs fail, references pass and traps die (for authors)
    Audit(cmd::audit::Args),
    /// Edit and record traps and variants (for authors)
    Trap(cmd::trap::Args),
    /// Scaffold a new exercise (for authors)
    New(cmd::new::Args),
    /// Everything that CI runs
    Ci(cmd::ci::Args),
}

fn main() -> ExitCode {
    start::main(Cli::parse, |ctx, command| match command {
        Cli::Audit(args) => cmd::audit::run(ctx, &args),
        Cli::Trap(args) => cmd::trap::run(ctx, &args),
        Cli::New(args) => cmd::new::run(ctx, &args),
        Cli::Ci(args) => cmd::ci::run(ctx, &args),
    })
}
