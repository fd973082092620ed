//! How a boot shows that it ended as the harness meant it to. `qemu_test::protocol` is the other
//! half.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;
use std::{fs, io};

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
    use super::Token;

    #[test]
    fn tokens_differ() {
        assert_ne!(Token::new(), Token::new());
    }
}
