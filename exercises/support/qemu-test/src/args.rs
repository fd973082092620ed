//! The command line, as libtest and cargo-nextest write it.

/// What one boot is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command<'a> {
    /// Print the names of the tests: of all, or only of the ignored ones.
    List {
        /// Whether to leave out the tests that are not ignored.
        only_ignored: bool,
    },
    /// Run the test with exactly this name.
    Run(&'a str),
}

/// Why a command line was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageError<'a> {
    /// An option that this harness does not know.
    UnknownOption(&'a str),
    /// Neither `--list` nor the name of a test.
    NothingToDo,
    /// More than one name: a boot runs one test.
    SecondName(&'a str),
}

impl core::fmt::Display for UsageError<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::UnknownOption(option) => write!(f, "unknown option `{option}`"),
            Self::NothingToDo => f.write_str("neither `--list` nor `--exact NAME` was given"),
            Self::SecondName(name) => {
                write!(f, "a boot runs one test, and `{name}` is a second one")
            }
        }
    }
}

impl core::error::Error for UsageError<'_> {}

/// Splits a command line into the token of the [protocol](crate::protocol), which stands where the
/// program's name would, and the rest.
pub fn split_token(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    line.split_once(' ').unwrap_or((line, ""))
}

/// Reads the arguments that follow the token.
///
/// # Errors
///
/// [`UsageError`] when they ask for nothing, for two tests, or for what this harness cannot do.
pub fn parse(arguments: &str) -> Result<Command<'_>, UsageError<'_>> {
    let mut list = false;
    let mut only_ignored = false;
    let mut name = None;
    let mut words = arguments.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--list" => list = true,
            "--ignored" => only_ignored = true,
            // Each of these has a value, which changes nothing here.
            "--format" | "--color" | "--test-threads" => drop(words.next()),
            "--exact" | "--nocapture" | "--no-capture" | "--show-output" | "--include-ignored"
            | "--quiet" | "-q" => {}
            _ if has_ignorable_value(word) => {}
            _ if word.starts_with('-') => return Err(UsageError::UnknownOption(word)),
            _ if name.is_some() => return Err(UsageError::SecondName(word)),
            _ => name = Some(word),
        }
    }
    match name {
        _ if list => Ok(Command::List { only_ignored }),
        Some(name) => Ok(Command::Run(name)),
        None => Err(UsageError::NothingToDo),
    }
}

fn has_ignorable_value(word: &str) -> bool {
    ["--format=", "--color=", "--test-threads="]
        .iter()
        .any(|option| word.starts_with(option))
}

#[cfg(test)]
mod tests {
    use super::{Command, UsageError, parse, split_token};

    #[test]
    fn lists_as_nextest_asks() {
        let all = Command::List {
            only_ignored: false,
        };
        let ignored = Command::List { only_ignored: true };
        assert_eq!(parse("--list --format terse"), Ok(all));
        assert_eq!(parse("--list --format=terse"), Ok(all));
        assert_eq!(parse("--list --format terse --ignored"), Ok(ignored));
    }

    #[test]
    fn runs_as_nextest_asks() {
        assert_eq!(
            parse("--exact blinks --nocapture"),
            Ok(Command::Run("blinks"))
        );
        assert_eq!(
            parse("--exact blinks --nocapture --ignored"),
            Ok(Command::Run("blinks"))
        );
        assert_eq!(
            parse("blinks --exact --test-threads 1"),
            Ok(Command::Run("blinks"))
        );
    }

    #[test]
    fn refuses_what_it_cannot_do() {
        assert_eq!(parse(""), Err(UsageError::NothingToDo));
        assert_eq!(parse("--exact"), Err(UsageError::NothingToDo));
        assert_eq!(parse("one two"), Err(UsageError::SecondName("two")));
        assert_eq!(
            parse("--shuffle"),
            Err(UsageError::UnknownOption("--shuffle"))
        );
    }

    #[test]
    fn the_token_comes_first() {
        assert_eq!(split_token("c0ffee --exact a"), ("c0ffee", "--exact a"));
        assert_eq!(split_token("c0ffee"), ("c0ffee", ""));
        assert_eq!(split_token(""), ("", ""));
    }
}
