//! The command line, as clap sees it; each command's arguments stand with the command.

use clap::{Parser, Subcommand};
use workbook::exit;

use crate::{cmd, deputy};

const BEGIN: &str =
    "Begin with the book: `cargo xtask book serve`, or read book/src/how-to-use.md.";

/// Verifies, grades and benchmarks the workbook's exercises.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, after_help = format!("{}\n\n{BEGIN}", exit::HELP))]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check your work: all of it, a chapter, or one exercise
    Verify(cmd::verify::Args),
    /// Check an exercise at each save
    Watch(deputy::Args),
    /// List the exercises and how far you are
    List(cmd::list::Args),
    /// Show the next hint for an exercise
    Hint(cmd::hint::Args),
    /// Put an exercise's stub back; a copy of your work is kept
    Reset(cmd::reset::Args),
    /// Show the reference solution, after a pass or on --give-up
    Solution(cmd::solution::Args),
    /// Mark somebody else's files
    Grade(deputy::Args),
    /// Run benchmarks: yours beside the reference and the naive version
    Bench(cmd::bench::Args),
    /// Build, serve or test the book
    Book(deputy::Args),
    /// Bring the tools that are missing
    Setup(workbook_tools::setup::Args),
    /// Tell which tools are there and what is missing
    Doctor(workbook_tools::doctor::Args),
    /// Check that stubs fail, references pass and traps die (for authors)
    Audit(deputy::Args),
    /// Edit and record traps and variants (for authors)
    Trap(deputy::Args),
    /// Scaffold a new exercise (for authors)
    New(deputy::Args),
    /// Everything that CI runs
    Ci(deputy::Args),
}
