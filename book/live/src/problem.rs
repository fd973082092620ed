//! What can be wrong: with the book, which its author mends, or with the machine.

use std::fmt;

use workbook::exit::Exit;

/// One thing that is wrong in the book.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The file to mend, relative to the root.
    pub file: String,
    /// The line, from 1, where one is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(
        file: impl Into<String>,
        line: impl Into<Option<usize>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line: line.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The book is wrong; never empty.
    Book(Vec<Problem>),
    /// A tool is missing, or a file or a port could not be used.
    Machine(anyhow::Error),
}

impl Failure {
    /// 1: mend the book. 3: mend the machine.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Book(_) => Exit::Failed,
            Self::Machine(_) => Exit::Blocked,
        }
    }

    /// Fails if there is any problem.
    pub(crate) fn unless_empty(mut problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort();
        problems.dedup();
        Err(Self::Book(problems))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Machine(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Book(problems) => {
                for problem in problems {
                    writeln!(f, "{problem}")?;
                }
                let things = if problems.len() == 1 {
                    "thing is"
                } else {
                    "things are"
                };
                write!(f, "{} {things} wrong in the book", problems.len())
            }
            Self::Machine(error) => write!(f, "{error:#}"),
        }
    }
}
