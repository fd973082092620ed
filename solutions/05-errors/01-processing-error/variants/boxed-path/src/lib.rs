//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{AddrParseError, SocketAddr, TcpStream},
    num::{NonZeroUsize, ParseIntError},
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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessingError {
    /// The file with the readings could not be read.
    #[error("cannot read {}", .0.display())]
    File(Box<Path>, #[source] io::Error),
    /// A line of the file is not a number. Lines are counted from 1.
    #[error("line {number} of {} is not a number", .0.display(), number = .1)]
    Format(Box<Path>, NonZeroUsize, #[source] ParseIntError),
    /// The collector's address is not of the form `127.0.0.1:4000`.
    #[error("the collector's address is not valid")]
    Address(#[source] AddrParseError),
    /// The collector could not be reached, or it hung up before it answered.
    #[error("cannot submit to {0}")]
    Network(SocketAddr, #[source] io::Error),
    /// The collector answered, and its answer was not `ok`.
    #[error("the collector rejected the total: {0}")]
    Rejected(Box<str>),
}

impl From<AddrParseError> for ProcessingError {
    fn from(source: AddrParseError) -> Self {
        Self::Address(source)
    }
}

/// Says at which file it happened.
trait At<T> {
    fn at(self, path: &Path) -> Result<T, ProcessingError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ProcessingError> {
        self.map_err(|source| ProcessingError::File(path.into(), source))
    }
}

/// Sums the readings in the file at `path`: one number a line, from 0 to [`u32::MAX`].
///
/// # Errors
/// [`ProcessingError::File`] and [`ProcessingError::Format`].
pub fn total(path: &Path) -> Result<u64, ProcessingError> {
    let text = fs::read_to_string(path).at(path)?;
    text.lines().zip(1..).try_fold(0, |sum, (line, number)| {
        let reading = line.parse::<u32>().map_err(|source| {
            let number = NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
            ProcessingError::Format(path.into(), number, source)
        })?;
        Ok(sum + u64::from(reading))
    })
}

/// Sends `total` to the collector at the address `collector`, as a line of its own, and waits for the answer: a line that
/// says `ok`, or why not.
///
/// # Errors
/// [`ProcessingError::Address`], [`ProcessingError::Network`] and [`ProcessingError::Rejected`].
pub fn submit(total: u64, collector: &str) -> Result<(), ProcessingError> {
    let address = collector.parse::<SocketAddr>()?;
    let exchange = || {
        let stream = TcpStream::connect(address)?;
        let mut line = total.to_string();
        line.push('\n');
        (&stream).write_all(line.as_bytes())?;
        let mut answer = String::new();
        match BufReader::new(&stream).read_line(&mut answer)? {
            0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            _ => Ok(answer),
        }
    };
    let answer = exchange().map_err(|source| ProcessingError::Network(address, source))?;
    let answer = answer.trim_end();
    if answer == "ok" {
        Ok(())
    } else {
        Err(ProcessingError::Rejected(answer.into()))
    }
}

/// Submits the total of the file at `path`.
///
/// # Errors
/// Those of [`total`] and of [`submit`].
pub fn process(path: &Path, collector: &str) -> Result<(), ProcessingError> {
    submit(total(path)?, collector)
}
