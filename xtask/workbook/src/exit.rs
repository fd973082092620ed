//! How a command of the workbook ends.

use std::process::{ExitCode, Termination};

use serde::{Serialize, Serializer};

/// How a command ends, worst last where two meet: see [`Exit::and`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// All that was asked for is as it should be.
    #[default]
    Done,
    /// Something did not pass.
    Failed,
    /// The command line can't be understood.
    Usage,
    /// Nothing failed, but something is blocked or a tool is broken.
    Blocked,
    /// Ctrl-C ended it.
    Interrupted,
}

/// The lines of `--help` about exit codes.
pub const HELP: &str = "\
Exit codes:
  0    everything passed (or is pending, when everything was asked for)
  1    some exercise did not pass
  2    the command line can't be understood
  3    nothing failed, but something is blocked or a tool is broken
  130  Ctrl-C ended it";

impl Exit {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Blocked,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Blocked => 3,
            // As a shell has it for a program that SIGINT ended.
            Self::Interrupted => 130,
        }
    }

    /// What a program's code means that keeps to these codes; any other number is a failure.
    pub fn of_code(code: i32) -> Self {
        let known = Self::ALL
            .into_iter()
            .find(|exit| i32::from(exit.code()) == code);
        known.unwrap_or(Self::Failed)
    }

    /// How a command ends whose parts ended like these.
    pub fn overall(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::Done, Self::and)
    }

    /// How a command ends of which one part ended so and another `other`: a failure outweighs what is blocked.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let weight = |exit: Self| match exit {
            Self::Done => 0,
            Self::Blocked => 1,
            Self::Failed => 2,
            Self::Usage => 3,
            Self::Interrupted => 4,
        };
        if weight(other) > weight(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        self.into()
    }
}

impl Serialize for Exit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_tells_every_code() {
        let told: Vec<u8> = HELP
            .lines()
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect();
        assert_eq!(told, Exit::ALL.map(Exit::code));
        for exit in Exit::ALL {
            assert_eq!(Exit::of_code(exit.code().into()), exit);
        }
        assert_eq!(Exit::of_code(101), Exit::Failed);
    }

    #[test]
    fn a_failure_outweighs_what_is_blocked() {
        use Exit::{Blocked, Done, Failed, Interrupted};
        assert_eq!(Done.and(Blocked), Blocked);
        assert_eq!(Blocked.and(Failed), Failed);
        assert_eq!(Failed.and(Blocked), Failed);
        assert_eq!(Failed.and(Interrupted), Interrupted);
        assert_eq!(Done.and(Done), Done);
        assert_eq!(Exit::overall([Done, Blocked, Failed, Done]), Failed);
        assert_eq!(Exit::overall([]), Done);
    }
}
