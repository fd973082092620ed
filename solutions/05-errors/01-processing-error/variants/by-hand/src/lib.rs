//! Sums the readings in a file and submits the total to a collector, over TCP.

use std::{
    error, fmt, fs,
    io::{self, BufRead, BufReader, Write},
    net::{AddrParseError, SocketAddr, TcpStream},
    num::ParseIntError,
    path::Path,
};

/// Why processing failed.
#[derive(Debug)]
pub enum ProcessingError {
    /// The file could not be read.
    File(Box<Path>, io::Error),
    /// A line is no number.
    Format {
        /// Where.
        place: (Box<Path>, u64),
        /// Why.
        cause: ParseIntError,
    },
    /// No address.
    Address {
        /// Why.
        cause: AddrParseError,
    },
    /// The collector could not be reached.
    Network(io::Error, SocketAddr),
    /// Its answer was not `ok`.
    Rejected(Box<str>),
}

impl fmt::Display for ProcessingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "cannot read {}", path.display()),
            Self::Format {
                place: (path, line),
                ..
            } => {
                write!(f, "line {line} of {} is not a number", path.display())
            }
            Self::Address { .. } => f.write_str("the collector's address is not valid"),
            Self::Network(_, address) => write!(f, "cannot submit to {address}"),
            Self::Rejected(reason) => {
                f.write_str("the collector rejected the total: ")?;
                f.write_str(reason)
            }
        }
    }
}

impl error::Error for ProcessingError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(match self {
            Self::File(_, cause) | Self::Network(cause, _) => cause,
            Self::Format { cause, .. } => cause,
            Self::Address { cause } => cause,
            Self::Rejected(_) => return None,
        })
    }
}

impl From<AddrParseError> for ProcessingError {
    fn from(cause: AddrParseError) -> Self {
        Self::Address { cause }
    }
}

/// Sums the readings.
pub fn total(path: &Path) -> Result<u64, ProcessingError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) => return Err(ProcessingError::File(path.into(), cause)),
    };
    let mut total = 0_u64;
    let mut number = 0_u64;
    for line in text.lines() {
        number += 1;
        total += line
            .parse::<u32>()
            .map(u64::from)
            .map_err(|cause| ProcessingError::Format {
                place: (path.into(), number),
                cause,
            })?;
    }
    Ok(total)
}

/// Submits.
pub fn submit(total: u64, collector: &str) -> Result<(), ProcessingError> {
    let address = collector
        .parse::<SocketAddr>()
        .map_err(|cause| ProcessingError::Address { cause })?;
    let network = |cause| ProcessingError::Network(cause, address);
    let stream = TcpStream::connect(address).map_err(network)?;
    writeln!(&stream, "{total}").map_err(network)?;
    let mut answer = String::with_capacity(64);
    let length = BufReader::new(&stream)
        .read_line(&mut answer)
        .map_err(network)?;
    if length == 0 {
        return Err(network(io::ErrorKind::UnexpectedEof.into()));
    }
    let answer = answer.trim_end();
    if answer == "ok" {
        Ok(())
    } else {
        Err(ProcessingError::Rejected(answer.into()))
    }
}

/// Both.
pub fn process(path: &Path, collector: &str) -> Result<(), ProcessingError> {
    total(path).and_then(|total| submit(total, collector))
}
