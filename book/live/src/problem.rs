//! What can be wrong: with the book, which its author mends, or with the machine.

use std::fmt;

use workbook::exit::Exit;

use workbook::page::Problem;

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
