//! A run, told as events, so that each reporter shows what it likes.

use crate::{id::ExerciseId, outcome::Outcome};

/// Something that happened in a run.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run begins.
    Started {
        /// How many exercises it will check.
        exercises: usize,
    },
    /// Packages are being compiled.
    Building {
        /// What is being built, in words: `12 exercises for the host`.
        what: String,
    },
    /// An exercise's tests begin.
    Running(ExerciseId),
    /// An exercise is judged.
    Finished(Box<Outcome>),
}
