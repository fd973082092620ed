//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    error::Error,
    fmt, fs,
    io::{self, BufRead, BufReader, Write},
    net::{AddrParseError, SocketAddr, TcpStream, ToSocketAddrs},
    num::ParseIntError,
    path::{Path, PathBuf},
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
    File(PathBuf, io::Error),
    /// A line of the file is not a number. Lines are counted from 1.
    Format(PathBuf, u64, ParseIntError),
    /// The collector's address is not of the form `127.0.0.1:4000`.
    Address(AddrParseError),
    /// The collector could not be reached, or it hung up before it answered.
    Network(String, io::Error),
    /// The collector answered, and its answer was not `ok`.
    Rejected(String),
}

impl fmt::Display for ProcessingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "cannot read {}", path.display()),
            Self::Format(path, line, _) => {
                write!(f, "line {line} of {} is not a number", path.display())
            }
            Self::Address(_) => f.write_str("the collector's address is not valid"),
            Self::Network(address, _) => write!(f, "cannot submit to {address}"),
            Self::Rejected(reason) => write!(f, "the collector rejected the total: {reason}"),
        }
    }
}

impl Error for ProcessingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File(_, source) | Self::Network(_, source) => Some(source),
            Self::Format(_, _, source) => Some(source),
            Self::Address(source) => Some(source),
            Self::Rejected(_) => None,
        }
    }
}

impl From<AddrParseError> for ProcessingError {
    fn from(source: AddrParseError) -> Self {
        Self::Address(source)
    }
}

/// Sums the readings in the file at `path`: one number a line, from 0 to [`u32::MAX`].
///
/// # Errors
/// [`ProcessingError::File`] and [`ProcessingError::Format`].
pub fn total(path: &Path) -> Result<u64, ProcessingError> {
    let unreadable = |source| ProcessingError::File(path.to_path_buf(), source);
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut total = 0;
    let mut number = 0;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(unreadable)?;
        number += 1;
        match line.parse::<u32>() {
            Ok(reading) => total += u64::from(reading),
            Err(source) => {
                return Err(ProcessingError::Format(path.to_path_buf(), number, source));
            }
        }
    }
    Ok(total)
}

/// Sends `total` to the collector at the address `collector`, as a line of its own, and waits for the answer: a line that
/// says `ok`, or why not.
///
/// # Errors
/// [`ProcessingError::Address`], [`ProcessingError::Network`] and [`ProcessingError::Rejected`].
pub fn submit(total: u64, collector: &str) -> Result<(), ProcessingError> {
    let address: SocketAddr = match collector.parse() {
        Ok(address) => address,
        Err(source) => {
            let found = collector
                .to_socket_addrs()
                .ok()
                .and_then(|mut found| found.next());
            found.ok_or(source)?
        }
    };
    let unreachable = |source| ProcessingError::Network(collector.to_owned(), source);

    let mut stream = TcpStream::connect(address).map_err(unreachable)?;
    stream
        .write_all(format!("{total}\n").as_bytes())
        .map_err(unreachable)?;
    let mut answer = String::new();
    let length = BufReader::new(stream)
        .read_line(&mut answer)
        .map_err(unreachable)?;
    if length == 0 {
        return Err(unreachable(io::ErrorKind::UnexpectedEof.into()));
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
