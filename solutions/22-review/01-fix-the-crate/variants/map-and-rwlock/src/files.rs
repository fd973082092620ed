//! Where the readings of a station are kept.

use std::{
    error, fmt,
    path::{Path, PathBuf},
};

/// A station's name that can't be the name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadName(pub String);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no name of a station", self.0)
    }
}

impl error::Error for BadName {}

/// The file of a station: `NAME.csv` in `folder`, never anywhere else.
///
/// Stations send their names themselves. A name consists of 1 to 64 ASCII letters, digits, `-` and `_`.
///
/// # Errors
/// When the name is none.
pub fn file_of(folder: &Path, station: &str) -> Result<PathBuf, BadName> {
    let strange = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    if station.is_empty() || station.len() > 64 || station.as_bytes().iter().any(strange) {
        return Err(BadName(station.to_owned()));
    }
    Ok(folder.join(format!("{station}.csv")))
}
