//! What takes how long: the exercises' own benchmarks, and the runner's.

pub mod every;
mod floor;
pub mod runner;
mod saves;
pub mod sides;
