//! `cargo xtask`: verifies, grades and benchmarks the workbook's exercises.

mod audit;
mod cache;
mod check;
mod cli;
mod cmd;
mod context;
mod exec;
mod host_runner;
mod lockfile;
mod mutants;
mod pristine;
mod progress;
mod run;
mod setup;
mod stage;
mod ui;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use context::Context;

/// The arguments cannot be understood.
const USAGE: u8 = 2;
/// Something is missing or broken, and nothing that the learner wrote failed.
const BLOCKED: u8 = 3;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    // The runners of test binaries are started once a test: nothing else may come before them.
    match args.split_first() {
        Some((first, rest)) if first == "host-runner" => return host_runner::main(rest),
        Some((first, rest)) if first == "qemu-runner" => {
            return qemu_runner::main(rest.iter().map(Into::into));
        }
        _ => {}
    }
    let cli = Cli::parse();
    match Context::new().and_then(|ctx| dispatch(&ctx, cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            let usage = error.is::<workbook::select::SelectError>() || error.is::<cli::Usage>();
            ExitCode::from(if usage { USAGE } else { BLOCKED })
        }
    }
}

fn dispatch(ctx: &Context, command: Command) -> anyhow::Result<ExitCode> {
    let cancel = ctx.cancel.clone();
    // A second Ctrl-C ends this program at once, should ending the children take too long.
    ctrlc::set_handler(move || {
        if cancel.is_raised() {
            std::process::exit(130);
        }
        cancel.raise();
    })?;
    match command {
        Command::Verify(args) => cmd::verify::run(ctx, &args),
        Command::Watch(args) => cmd::watch::run(ctx, &args),
        Command::List(args) => cmd::list::run(ctx, &args),
        Command::Hint(args) => cmd::hint::run(ctx, &args),
        Command::Reset(args) => cmd::reset::run(ctx, &args),
        Command::Solution(args) => cmd::solution::run(ctx, &args),
        Command::Grade(args) => cmd::grade::run(ctx, &args),
        Command::Bench(args) => cmd::bench::run(ctx, &args),
        Command::Book(args) => cmd::book::run(ctx, &args),
        Command::Setup(args) => cmd::setup::run(ctx, &args),
        Command::Doctor(args) => cmd::doctor::run(ctx, &args),
        Command::Audit(args) => cmd::audit::run(ctx, &args),
        Command::New(args) => cmd::new::run(ctx, &args),
        Command::Ci(args) => cmd::ci::run(ctx, &args),
    }
}
