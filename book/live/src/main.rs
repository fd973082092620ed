//! Builds, serves and tests the book. `cargo xtask book …` runs this package, which is kept out of
//! `xtask` so that a learner's first verdict does not wait for mdBook to compile.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]
#![warn(unreachable_pub)]

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use workbook::exit::Exit;

mod card;
mod check;
mod compiler;
mod facts;
mod folders;
mod includes;
mod links;
mod map;
mod markdown;
mod pages;
mod preprocess;
mod print;
mod problem;
mod render;
mod serve;
mod snippets;
mod sources;
#[cfg(test)]
mod tests;
mod warnings;

use folders::Folders;
use problem::Failure;

/// Build, serve or test the workbook's book.
#[derive(Parser)]
#[command(
    name = "book",
    bin_name = "cargo xtask book",
    after_help = "Exit codes: 0 done; 1 something in the book is wrong; 2 usage; 3 a tool or a file could not be used."
)]
struct Cli {
    /// The workbook's folder; by default it is looked for from the current folder upwards.
    #[arg(long, global = true, hide = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Render the book into target/book.
    Build,
    /// Build, serve on this machine, and reload the page when something changes.
    Serve {
        /// The port to listen on; 0 takes a free one.
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// Open the book in a browser.
        #[arg(long)]
        open: bool,
    },
    /// Build, then check every snippet, link and fact.
    Test,
}

fn main() -> Exit {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            print::note(&failure);
            failure.exit()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let folders = match cli.root {
        Some(root) => Folders::new(root),
        None => Folders::find()?,
    };
    match cli.command {
        Command::Build => {
            render::build(&folders)?;
            print::line(format_args!(
                "built {}",
                folders.shown(&folders.output().join("index.html"))
            ));
            Ok(())
        }
        Command::Serve { port, open } => serve::serve(&folders, port, open),
        Command::Test => {
            let report = check::check(&folders)?;
            print::line(&report);
            Ok(())
        }
    }
}
