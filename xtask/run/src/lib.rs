//! What the runner does to the world: lays out stages, starts processes, builds, runs and remembers.
//!
//! The way through it is [`check`]: from exercises and files to outcomes. The rules by which an outcome is judged are in
//! the crate `workbook`, which has no effects.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

pub mod cache;
pub mod check;
pub mod context;
pub mod exec;
pub mod files;
pub mod host_runner;
pub mod lockfile;
pub mod mutants;
pub mod postgres;
pub mod pristine;
pub mod progress;
pub mod run;
pub mod stage;
pub mod start;
pub mod terminal;
pub mod ui;
pub mod workspace;
