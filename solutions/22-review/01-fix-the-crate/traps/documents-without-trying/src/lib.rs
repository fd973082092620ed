//! Readings of weather stations: taken in, kept, and handed on.
//!
//! ```no_run
//! use review_fix_the_crate::{Reading, Series};
//!
//! let mut series = Series::new();
//! series.add(Reading { at: 60, value: 18.5 });
//! series.add(Reading { at: 120, value: 19.5 });
//! assert_eq!(series.mean(), Some(19.0));
//! ```

pub mod alarm;
pub mod files;
pub mod import;
pub mod series;
pub mod store;
pub mod wire;

pub use series::{Reading, Series};
pub use store::Store;
