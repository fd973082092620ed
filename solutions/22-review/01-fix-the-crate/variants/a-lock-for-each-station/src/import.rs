//! Readings from text: one a line, `seconds,value`.

use std::{
    error, fmt,
    io::{self, BufRead},
};

use crate::series::Reading;

/// Why a text was not taken in.
#[derive(Debug)]
pub enum ImportError {
    /// The source could not be read to its end.
    Source(io::Error),
    /// A line is no reading.
    Malformed {
        /// Its number, counted from 1 and over all lines.
        line: usize,
    },
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(_) => f.write_str("the source could not be read to its end"),
            Self::Malformed { line } => write!(f, "line {line} is no reading"),
        }
    }
}

impl error::Error for ImportError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Source(error) => Some(error),
            Self::Malformed { .. } => None,
        }
    }
}

/// Takes in a text, all of it or nothing. Empty lines and lines that begin with `#` are skipped.
///
/// # Errors
/// When the source can't be read to its end, and at the first line that is no reading.
pub fn import(source: impl BufRead) -> Result<Vec<Reading>, ImportError> {
    source
        .lines()
        .enumerate()
        .filter(|(_, text)| {
            !text
                .as_ref()
                .is_ok_and(|text| text.is_empty() || text.starts_with('#'))
        })
        .map(|(index, text)| {
            let text = text.map_err(ImportError::Source)?;
            let malformed = || ImportError::Malformed { line: index + 1 };
            let (at, value) = text.split_once(',').ok_or_else(malformed)?;
            let at = at.trim().parse::<u64>().map_err(|_| malformed())?;
            let value = value.trim().parse::<f64>().map_err(|_| malformed())?;
            Ok(Reading { at, value })
        })
        .collect()
}
