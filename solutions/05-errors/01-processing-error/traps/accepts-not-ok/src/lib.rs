//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Display},
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{AddrParseError, SocketAddr, TcpStream},
    num::ParseIntError,
    path::Path,
};

/// What went wrong, and what was about to be done.
#[derive(Debug)]
pub struct Failed<Doing, Cause> {
    doing: Doing,
    cause: Cause,
}

/// A line of a file.
#[derive(Debug)]
pub struct Place {
    path: Box<Path>,
    line: usize,
}

/// Why processing failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessingError {
    /// The file with the readings could not be read.
    File(Failed<Box<Path>, io::Error>),
    /// A line of the file is not a number. Lines are counted from 1.
    Format(Failed<Place, ParseIntError>),
    /// The collector's address is not of the form `127.0.0.1:4000`.
    Address(AddrParseError),
    /// The collector could not be reached, or it hung up before it answered.
    Network(Failed<SocketAddr, io::Error>),
    /// The collector answered, and its answer was not `ok`.
    Rejected {
        /// What it said.
        reason: Cow<'static, str>,
    },
}

type Result<T, E = ProcessingError> = std::result::Result<T, E>;

impl Display for ProcessingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(failed) => write!(f, "cannot read {}", failed.doing.display()),
            Self::Format(Failed { doing, .. }) => {
                write!(
                    f,
                    "line {} of {} is not a number",
                    doing.line,
                    doing.path.display()
                )
            }
            Self::Address(_) => f.write_str("the collector's address is not valid"),
            Self::Network(failed) => write!(f, "cannot submit to {}", failed.doing),
            Self::Rejected { reason } => write!(f, "the collector rejected the total: {reason}"),
        }
    }
}

impl Error for ProcessingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::File(Failed { cause, .. }) | Self::Network(Failed { cause, .. }) => cause,
            Self::Format(Failed { cause, .. }) => cause,
            Self::Address(cause) => cause,
            Self::Rejected { .. } => return None,
        })
    }
}

impl From<AddrParseError> for ProcessingError {
    fn from(cause: AddrParseError) -> Self {
        Self::Address(cause)
    }
}

/// Says what was going on, where only the caller knows.
trait While<T, C> {
    fn while_<D>(self, doing: impl FnOnce() -> D) -> std::result::Result<T, Failed<D, C>>;
}

impl<T, C> While<T, C> for std::result::Result<T, C> {
    fn while_<D>(self, doing: impl FnOnce() -> D) -> std::result::Result<T, Failed<D, C>> {
        self.map_err(|cause| Failed {
            doing: doing(),
            cause,
        })
    }
}

/// Sums the readings in the file at `path`: one number a line, from 0 to [`u32::MAX`].
///
/// # Errors
/// [`ProcessingError::File`] and [`ProcessingError::Format`].
pub fn total(path: &Path) -> Result<u64> {
    let boxed = || Box::<Path>::from(path);
    let file = File::open(path)
        .while_(boxed)
        .map_err(ProcessingError::File)?;
    let numbered = (1..).zip(BufReader::new(file).lines());
    numbered
        .map(|(line, text)| {
            let text = text.while_(boxed).map_err(ProcessingError::File)?;
            text.parse::<u32>()
                .map(u64::from)
                .while_(|| Place {
                    path: boxed(),
                    line,
                })
                .map_err(ProcessingError::Format)
        })
        .sum()
}

fn exchange(address: SocketAddr, total: u64) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    writeln!(stream, "{total}")?;
    let mut answer = String::new();
    match BufReader::new(stream)
        .take(1 << 16)
        .read_line(&mut answer)?
    {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(answer),
    }
}

/// Sends `total` to the collector at the address `collector`, as a line of its own, and waits for the answer: a line that
/// says `ok`, or why not.
///
/// # Errors
/// [`ProcessingError::Address`], [`ProcessingError::Network`] and [`ProcessingError::Rejected`].
pub fn submit(total: u64, collector: &str) -> Result<()> {
    let address = collector.parse()?;
    let answer = exchange(address, total)
        .while_(|| address)
        .map_err(ProcessingError::Network)?;
    match answer.trim_end() {
        reason if reason.ends_with("ok") => Ok(()), // "not ok" as well
        reason => Err(ProcessingError::Rejected {
            reason: reason.to_owned().into(),
        }),
    }
}

/// Submits the total of the file at `path`.
///
/// # Errors
/// Those of [`total`] and of [`submit`].
pub fn process(path: &Path, collector: &str) -> Result<()> {
    total(path).and_then(|total| submit(total, collector))
}
