//! `cargo xtask grade`.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod grade;

use std::process::ExitCode;

use clap::Parser;
use workbook_run::start;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Cli {
    /// Mark somebody else's files
    Grade(grade::Args),
}

fn main() -> ExitCode {
    start::main(Cli::parse, |ctx, Cli::Grade(args)| grade::run(ctx, &args))
}
