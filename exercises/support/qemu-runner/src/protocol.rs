//! How a boot shows that it ended as the harness meant it to. `qemu_test::protocol` is the other
//! half.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::{fs, io};

use crate::boot::Ended;

/// The byte that opens the final mark.
pub(crate) const MARK: u8 = 0x1e;

/// A word that only the runner and the harness of this boot know.
///
/// It keeps firmware that stumbles over the exit, or prints what a pass looks like, from passing.
/// It is no secret from code that goes looking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new() -> Self {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        Self(format!("{:016x}", hasher.finish()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a boot ended, in the harness's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Passed,
    Listed,
    Failed,
    Faulted,
    Usage,
    Overdue,
}

impl Ending {
    const ALL: [(Self, &str, i32); 6] = [
        (Self::Passed, "passed", 70),
        (Self::Listed, "listed", 71),
        (Self::Failed, "failed", 101),
        (Self::Faulted, "faulted", 102),
        (Self::Usage, "usage", 103),
        (Self::Overdue, "overdue", 104),
    ];

    /// The ending that word and exit code agree on.
    pub(crate) fn from_evidence(word: &str, code: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|&(_, its_word, its_code)| word == its_word && code == its_code)
            .map(|(ending, ..)| ending)
    }
}

/// Why `ended` is not what was wanted; an empty complaint if the firmware has said so itself.
pub(crate) fn complaint(ended: &Ended, wanted: Ending) -> Option<String> {
    let Some(code) = ended.status.code() else {
        return Some(format!("QEMU was ended by a signal ({})", ended.status));
    };
    let Some(word) = &ended.mark else {
        return Some(match code {
            1 => "the firmware ended without a verdict (exit code 1): either it ended itself \
                  before the test did, or QEMU gave up; see above"
                .into(),
            _ => format!(
                "the firmware ended itself before the test did (exit code {code}): that is no pass"
            ),
        });
    };
    match Ending::from_evidence(word, code) {
        Some(ending) if ending == wanted => None,
        Some(Ending::Passed | Ending::Listed) => Some(format!(
            "the firmware did something else than it was asked to: it {word}"
        )),
        Some(_) => Some(String::new()),
        None => Some(format!(
            "the firmware says `{word}` but ended with exit code {code}"
        )),
    }
}

/// Whether the firmware was made with `qemu-test`: its names for the endings lie side by side.
///
/// # Errors
///
/// If the file cannot be read.
pub(crate) fn is_spoken_by(elf: &Path) -> io::Result<bool> {
    const NEEDLE: &[u8] = b"qemu-test: ";

    let bytes = fs::read(elf)?;
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.iter().position(|&byte| byte == NEEDLE[0]) {
        rest = &rest[at..];
        if rest.starts_with(NEEDLE) {
            return Ok(true);
        }
        rest = &rest[1..];
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::{Ending, Token, complaint};
    use crate::boot::Ended;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn ended(mark: Option<&str>, code: i32) -> Ended {
        Ended {
            status: ExitStatus::from_raw(code << 8),
            mark: mark.map(str::to_owned),
            uart: Vec::new(),
            text: Vec::new(),
        }
    }

    #[test]
    fn a_pass_needs_the_mark_and_the_exit_code() {
        assert_eq!(complaint(&ended(Some("passed"), 70), Ending::Passed), None);
        assert!(complaint(&ended(None, 0), Ending::Passed).is_some());
        assert!(complaint(&ended(None, 70), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("passed"), 0), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("listed"), 71), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("passed"), 70), Ending::Listed).is_some());
    }

    #[test]
    fn a_failure_that_the_firmware_explained_is_not_explained_again() {
        for (word, code) in [("failed", 101), ("faulted", 102), ("overdue", 104)] {
            let said = complaint(&ended(Some(word), code), Ending::Passed);
            assert_eq!(said.as_deref(), Some(""), "{word}");
        }
    }

    #[test]
    fn a_signal_is_told() {
        let killed = Ended {
            status: ExitStatus::from_raw(9),
            ..ended(None, 0)
        };
        let said = complaint(&killed, Ending::Passed).unwrap_or_default();
        assert!(said.contains("signal"), "{said}");
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(Token::new(), Token::new());
    }
}
