//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    error::Error,
    fmt, fs,
    io::{self, BufRead, BufReader, Write},
    net::{AddrParseError, SocketAddr, TcpStream},
    num::ParseIntError,
    path::Path,
};

/// Why processing failed.
///
/// Each variant is one thing that went wrong, and has a message and perhaps a source, the error that caused it. The
/// message says what this crate was about to do. It does not repeat what the source says.
///
/// | variant    | message                                    | source           |
/// | ---------- | ------------------------------------------ | ---------------- |
/// | `File`     | `cannot read PATH`                         | `io::Error`      |
/// | `Format`   | `line N of PATH is not a number`           | `ParseIntError`  |
/// | `Address`  | `the collector's address is not valid`     | `AddrParseError` |
/// | `Network`  | `cannot submit to ADDRESS`                 | `io::Error`      |
/// | `Rejected` | `the collector rejected the total: REASON` | none             |
///
/// The names of the variants stay; what is in them is up to you. An error can be sent to another thread and shared
/// between threads, holds its source unboxed, and takes no more than 64 bytes.
///
/// There is a `From` for `AddrParseError`, which can only mean one thing here. There is none for `io::Error`, which can
/// mean two, and none for `ParseIntError`, which does not know its line.
#[derive(Debug)]
pub enum ProcessingError {
    /// The file with the readings could not be read.
    File(Box<dyn Error>),
    /// A line of the file is not a number. Lines are counted from 1.
    Format(Box<dyn Error>),
    /// The collector's address is not of the form `127.0.0.1:4000`.
    Address(Box<dyn Error>),
    /// The collector could not be reached, or it hung up before it answered.
    Network(Box<dyn Error>),
    /// The collector answered, and its answer was not `ok`.
    Rejected(String),
}

impl fmt::Display for ProcessingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(source) => write!(f, "file error: {source}"),
            Self::Format(source) => write!(f, "format error: {source}"),
            Self::Address(source) => write!(f, "address error: {source}"),
            Self::Network(source) => write!(f, "network error: {source}"),
            Self::Rejected(reason) => write!(f, "rejected: {reason}"),
        }
    }
}

impl Error for ProcessingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File(source)
            | Self::Format(source)
            | Self::Address(source)
            | Self::Network(source) => Some(source.as_ref()),
            Self::Rejected(_) => None,
        }
    }
}

impl From<io::Error> for ProcessingError {
    fn from(source: io::Error) -> Self {
        Self::Network(source.into())
    }
}

impl From<ParseIntError> for ProcessingError {
    fn from(source: ParseIntError) -> Self {
        Self::Format(source.into())
    }
}

impl From<AddrParseError> for ProcessingError {
    fn from(source: AddrParseError) -> Self {
        Self::Address(source.into())
    }
}

/// Sums the readings in the file at `path`: one number a line, from 0 to [`u32::MAX`].
///
/// # Errors
/// [`ProcessingError::File`] and [`ProcessingError::Format`].
pub fn total(path: &Path) -> Result<u64, ProcessingError> {
    let mut total = 0;
    for line in fs::read_to_string(path)?.lines() {
        total += u64::from(line.parse::<u32>()?);
    }
    Ok(total)
}

/// Sends `total` to the collector at the address `collector`, as a line of its own, and waits for the answer: a line that
/// says `ok`, or why not. White space at the end of the line is no part of the answer, and nothing after the line is awaited.
///
/// # Errors
/// [`ProcessingError::Address`], [`ProcessingError::Network`] and [`ProcessingError::Rejected`].
pub fn submit(total: u64, collector: &str) -> Result<(), ProcessingError> {
    let address: SocketAddr = collector.parse()?;
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("{total}\n").as_bytes())?;
    let mut answer = String::new();
    if BufReader::new(stream).read_line(&mut answer)? == 0 {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    match answer.trim_end() {
        "ok" => Ok(()),
        reason => Err(ProcessingError::Rejected(reason.to_owned())),
    }
}

/// Submits the total of the file at `path`.
///
/// # Errors
/// Those of [`total`] and of [`submit`].
pub fn process(path: &Path, collector: &str) -> Result<(), ProcessingError> {
    submit(total(path)?, collector)
}
