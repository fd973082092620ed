//! `cargo xtask`: verifies, grades and benchmarks the workbook's exercises.
//!
//! What a learner needs for a first verdict is compiled in. The rest are programs of their own, which [`deputy`] builds and
//! starts when they are asked for.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod bench;
mod cli;
mod cmd;
mod deputy;

use std::process::ExitCode;

use clap::Parser as _;
use workbook::exit::Exit;
use workbook_run::{context::Context, start};

use cli::{Cli, Command};

fn main() -> ExitCode {
    start::main(Cli::parse, dispatch)
}

fn dispatch(ctx: &Context, cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Verify(args) => cmd::verify::run(ctx, &args),
        Command::List(args) => cmd::list::run(ctx, &args),
        Command::Hint(args) => cmd::hint::run(ctx, &args),
        Command::Reset(args) => cmd::reset::run(ctx, &args),
        Command::Solution(args) => cmd::solution::run(ctx, &args),
        Command::Bench(args) => cmd::bench::run(ctx, &args),
        Command::Setup(args) => workbook_tools::setup::run(ctx, &args),
        Command::Doctor(args) => workbook_tools::doctor::run(ctx, &args),
        Command::Watch(args) => deputy::start(launch::WATCH, "watch", &args),
        Command::Grade(args) => deputy::start(launch::GRADE, "grade", &args),
        Command::Audit(args) => deputy::start(launch::AUTHOR, "audit", &args),
        Command::Trap(args) => deputy::start(launch::AUTHOR, "trap", &args),
        Command::New(args) => deputy::start(launch::AUTHOR, "new", &args),
        Command::Ci(args) => deputy::start(launch::AUTHOR, "ci", &args),
        Command::Book(args) => deputy::start(launch::BOOK, "", &args),
    }
}
