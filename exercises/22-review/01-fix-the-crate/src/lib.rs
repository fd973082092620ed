//! Readings of weather stations: taken in, kept, and handed on.
//!
//! ```ignore
//! use review_fix_the_crate::{Reading, Series};
//!
//! let mut series = Series::new();
//! series.add(60, 18.5);
//! series.add(120, 19.5);
//! assert_eq!(series.average(), 19.0);
//! ```

pub mod alarm;
pub mod files;
pub mod import;
pub mod series;
pub mod store;
pub mod wire;

pub use series::{Reading, Series};
pub use store::Store;
