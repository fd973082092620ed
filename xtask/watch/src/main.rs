//! `cargo xtask watch`.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod watch;

use std::process::ExitCode;

use clap::Parser;
use workbook_run::start;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Cli {
    /// Check an exercise at each save
    Watch(watch::Args),
}

fn main() -> ExitCode {
    start::main(Cli::parse, |ctx, Cli::Watch(args)| watch::run(ctx, &args))
}
