//! `exercises/stubs.lock`: the text of every stub as published.
//!
//! Git has them too, but not everywhere: a ZIP download has no git, a partial clone has not every object, and git
//! refuses a folder that belongs to another user. The lock of ids tells whether what is found here is the original, so
//! this file need not be trusted.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

/// Its place, relative to the root.
pub const STUBS: &str = "exercises/stubs.lock";
const HEADER: &str = "# Every stub as published: its path, its length in bytes, its text. `cargo xtask audit --bless` writes this.\n";
const MARK: &str = "=== ";

/// The stubs by path, relative to the root.
pub type Stubs = BTreeMap<PathBuf, Vec<u8>>;

/// Reads the file; a missing one holds none.
pub fn load(root: &Path) -> Result<Stubs> {
    let path = root.join(STUBS);
    match fs::read(&path) {
        Ok(bytes) => parse(&bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Stubs::new()),
        Err(error) => Err(error).with_context(|| format!("failed to read {}", path.display())),
    }
}

fn parse(bytes: &[u8]) -> Result<Stubs> {
    let mut stubs = Stubs::new();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let line = String::from_utf8_lossy(&rest[..end]);
        rest = &rest[end + 1..];
        if line.starts_with('#') {
            continue;
        }
        let entry = line.strip_prefix(MARK).and_then(|line| {
            let (path, length) = line.rsplit_once(' ')?;
            Some((PathBuf::from(path), length.parse::<usize>().ok()?))
        });
        match entry {
            // A line's end follows each text.
            Some((path, length)) if rest.get(length) == Some(&b'\n') => {
                stubs.insert(path, rest[..length].to_owned());
                rest = &rest[length + 1..];
            }
            _ => bail!("{STUBS} is damaged at `{line}`; restore it with `git checkout {STUBS}`"),
        }
    }
    Ok(stubs)
}

/// The file's bytes.
pub fn render(stubs: &Stubs) -> Vec<u8> {
    let mut bytes = HEADER.as_bytes().to_owned();
    for (path, text) in stubs {
        bytes.extend(format!("{MARK}{} {}\n", path.display(), text.len()).into_bytes());
        bytes.extend(text);
        bytes.push(b'\n');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stubs_round_trip() {
        let stubs = Stubs::from([
            (
                "exercises/00-start/01-x/src/a b.rs".into(),
                b"one\n=== two 3\n# three".to_vec(),
            ),
            ("exercises/00-start/02-y/src/lib.rs".into(), Vec::new()),
        ]);
        assert_eq!(parse(&render(&stubs)).unwrap(), stubs);
    }

    #[test]
    fn damage_is_told() {
        let whole = render(&Stubs::from([("a".into(), b"text".to_vec())]));
        let cut = &whole[..whole.len() - 2];
        assert!(parse(cut).unwrap_err().to_string().contains("git checkout"));
    }
}
