//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{AddrParseError, SocketAddr, TcpStream},
    num::ParseIntError,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Why processing failed.
///
/// Each variant is one thing that went wrong. Its message says what this crate was about to do, and its
/// [source](std::error::Error::source) why that failed; neither repeats the other.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProcessingError {
    /// The file with the readings could not be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line of the file is not a number.
    #[error("line {line} of {path} is not a number")]
    Format {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        source: ParseIntError,
    },
    /// The collector's address is not of the form `127.0.0.1:4000`.
    #[error("the collector's address is not valid")]
    Address(#[from] AddrParseError),
    /// The collector could not be reached, or it hung up before it answered.
    #[error("cannot submit to {address}")]
    Network {
        /// The collector.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The collector answered, and its answer was not `ok`.
    #[error("the collector rejected the total: {reason}")]
    Rejected {
        /// Its answer.
        reason: String,
    },
}

/// Sums the readings in the file at `path`: one number a line, from 0 to [`u32::MAX`].
///
/// # Errors
/// [`ProcessingError::File`] and [`ProcessingError::Format`].
pub fn total(path: &Path) -> Result<u64, ProcessingError> {
    let text = fs::read_to_string(path).map_err(|source| ProcessingError::File {
        path: path.to_owned(),
        source,
    })?;
    text.lines()
        .zip(1..)
        .map(|(text, line)| match text.parse::<u32>() {
            Ok(reading) => Ok(u64::from(reading)),
            Err(source) => Err(ProcessingError::Format {
                path: path.to_owned(),
                line,
                source,
            }),
        })
        .sum()
}

/// Sends `total` to the collector at the address `collector`, as a line of its own, and waits for the answer: a line that
/// says `ok`, or why not. White space at the end of the line is no part of the answer, and nothing after the line is awaited.
///
/// # Errors
/// [`ProcessingError::Address`], [`ProcessingError::Network`] and [`ProcessingError::Rejected`].
pub fn submit(total: u64, collector: &str) -> Result<(), ProcessingError> {
    let address = collector.parse()?;
    let answer =
        exchange(total, address).map_err(|source| ProcessingError::Network { address, source })?;
    match answer.trim_end() {
        "ok" => Ok(()),
        reason => Err(ProcessingError::Rejected {
            reason: reason.to_owned(),
        }),
    }
}

/// Submits the total of the file at `path`.
///
/// # Errors
/// Those of [`total`] and of [`submit`].
pub fn process(path: &Path, collector: &str) -> Result<(), ProcessingError> {
    submit(total(path)?, collector)
}

/// Sends the total and returns the answer. All that can fail in here is the network.
fn exchange(total: u64, address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("{total}\n").as_bytes())?;
    let mut answer = String::new();
    if BufReader::new(stream).read_line(&mut answer)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}
