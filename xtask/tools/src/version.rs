//! Versions as tools print them, and what an entry of the table accepts.

use std::fmt;

/// A version as three numbers; what follows them (`-rc.1`, `+dfsg1`) is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads `1.96.0+dfsg1` or `20`; absent parts are 0. `None` where `text` doesn't open with a digit.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim_start_matches('v').split('.').map(leading_number);
        let major = parts.next()??;
        let minor = parts.next().flatten().unwrap_or(0);
        let patch = parts.next().flatten().unwrap_or(0);
        Some(Self(major, minor, patch))
    }

    /// The first word of what a tool printed that reads as a version with a dot in it, or as `v20`:
    /// `QEMU emulator version 7.2.22 (Debian …)`, `valgrind-3.19.0`, `v20.20.2`.
    pub fn find(printed: &str) -> Option<Self> {
        printed
            .split(|c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')' | ','))
            .filter(|word| {
                word.trim_start_matches('v')
                    .starts_with(|c: char| c.is_ascii_digit())
            })
            .find(|word| word.contains('.') || word.starts_with('v'))
            .and_then(Self::parse)
    }
}

fn leading_number(part: &str) -> Option<u32> {
    let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    part[..digits].parse().ok()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Which versions of a tool will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Whatever there is; its version isn't asked for unless a report shows it.
    Any,
    /// This one or a later one.
    AtLeast(Version),
    /// This one or a later one of the same `major.minor`.
    Series(Version),
    /// This one and no other.
    Exactly(Version),
    /// Any of this major version.
    Major(u32),
}

impl Want {
    /// Whether `found` will do.
    pub fn accepts(self, found: Version) -> bool {
        match self {
            Self::Any => true,
            Self::AtLeast(least) => found >= least,
            Self::Series(first) => (found.0, found.1) == (first.0, first.1) && found >= first,
            Self::Exactly(only) => found == only,
            Self::Major(major) => found.0 == major,
        }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any version"),
            Self::AtLeast(v) => write!(f, "{v} or later"),
            Self::Series(v) => write!(f, "{}.{}, from {v} on", v.0, v.1),
            Self::Exactly(v) => write!(f, "exactly {v}"),
            Self::Major(major) => write!(f, "a {major}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_in_what_tools_print() {
        for (printed, version) in [
            (
                "cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143",
                Version(0, 9, 143),
            ),
            (
                "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)",
                Version(7, 2, 22),
            ),
            ("valgrind-3.19.0", Version(3, 19, 0)),
            ("v20.20.2", Version(20, 20, 2)),
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Version(15, 18, 0),
            ),
            (
                "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)",
                Version(1, 96, 0),
            ),
            (
                "Chromium 156.0.8078.79 built on Debian GNU/Linux 12",
                Version(156, 0, 8078),
            ),
        ] {
            assert_eq!(Version::find(printed), Some(version), "{printed}");
        }
        assert_eq!(Version::find("no such command"), None);
    }

    #[test]
    fn accepts_what_the_table_asks_for() {
        let series = Want::Series(Version(0, 15, 1));
        assert!(series.accepts(Version(0, 15, 2)));
        assert!(!series.accepts(Version(0, 15, 0)));
        assert!(!series.accepts(Version(0, 16, 0)));
        assert!(!Want::Exactly(Version(0, 2, 129)).accepts(Version(0, 2, 130)));
        assert!(Want::AtLeast(Version(0, 9, 130)).accepts(Version(1, 0, 0)));
    }
}
