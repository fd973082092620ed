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
    let lines = (1..).zip(source.lines());
    let readings = lines.filter_map(|(number, line)| match line {
        Err(error) => Some(Err(ImportError::Source(error))),
        Ok(line) if line.is_empty() || line.starts_with('#') => None,
        Ok(line) => Some(parse(&line).ok_or(ImportError::Malformed { line: number })),
    });
    readings.collect()
}

fn parse(line: &str) -> Option<Reading> {
    let (at, value) = line.split_once(',')?;
    let (at, value) = (at.trim().parse().ok()?, value.trim().parse().ok()?);
    Some(Reading { at, value })
}
