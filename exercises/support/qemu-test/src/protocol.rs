//! How a boot tells the runner how it ended.
//!
//! An exit code alone proves little: the code under test may end the firmware with success
//! itself, or print what a passing test prints. So a boot ends with two things that must agree: the
//! last bytes of its output are [`MARK`], the token that the runner handed over as the program's
//! name, a space, an [`Ending`]'s word and a newline; and the exit code is that ending's. The
//! token is new for each boot. (`qemu-runner` has the same table; it depends on nothing.)

/// The byte that opens the final mark: the ASCII record separator, which text does not contain.
pub const MARK: char = '\u{1e}';

/// How a boot ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The test returned, or panicked as it should.
    Passed,
    /// The tests were listed.
    Listed,
    /// The test panicked, returned an error, or did not panic although it should.
    Failed,
    /// The processor took a fault.
    Faulted,
    /// The command line made no sense, or there is no such test.
    Usage,
    /// The virtual time of a boot ran out.
    Overdue,
}

impl Ending {
    /// The word in the final mark.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Listed => "listed",
            Self::Failed => "failed",
            Self::Faulted => "faulted",
            Self::Usage => "usage",
            Self::Overdue => "overdue",
        }
    }

    /// The exit code that goes with the word. None is 0 or 1, which QEMU itself uses.
    pub const fn code(self) -> u32 {
        match self {
            Self::Passed => 70,
            Self::Listed => 71,
            Self::Failed => 101,
            Self::Faulted => 102,
            Self::Usage => 103,
            Self::Overdue => 104,
        }
    }
}
