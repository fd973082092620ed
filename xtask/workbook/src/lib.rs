//! The workbook's engine: what exercises there are, what is to be run, what came of it and how
//! that is told. It starts no process and, reading manifests aside, touches no file, so that its
//! tests are tables and snapshots.
//!
//! The flow is one way: [`catalog`] → [`plan`] → (the runner stages and runs) → [`outcome`] → [`judge`] →
//! [`score`] → [`report`]. Nothing points back.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]
#![warn(missing_docs, unreachable_pub)]

pub mod backend;
pub mod black_box;
pub mod catalog;
pub mod covers;
pub mod event;
pub mod exit;
mod file_error;
pub mod hints;
pub mod id;
pub mod judge;
pub mod mutants;
pub mod outcome;
pub mod page;
pub mod parallel;
pub mod plan;
pub mod report;
pub mod score;
pub mod select;
pub mod shard;
pub mod text;
pub mod traps;
