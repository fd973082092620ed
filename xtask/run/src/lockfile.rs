//! `Cargo.lock`, without which a verdict would hang on the versions of the day.

use std::{fs, io, path::Path};

use anyhow::{Context as _, Result, bail};

/// How it comes back.
pub const CHECKOUT: &str = "`git checkout Cargo.lock` brings it back (without git, take it from a new copy of the workbook)";

/// The workspace's lock file.
///
/// # Errors
/// If it is not there, or holds what no lock file does: cargo would then take whatever versions it finds.
pub fn read(root: &Path) -> Result<Vec<u8>> {
    let path = root.join("Cargo.lock");
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("{} is not there; {CHECKOUT}", path.display())
        }
        read => read.with_context(|| format!("failed to read {}", path.display()))?,
    };
    let text = String::from_utf8_lossy(&bytes);
    if let Err(error) = text.parse::<toml_edit::DocumentMut>() {
        let error = error.to_string();
        let first = error.lines().next().unwrap_or_default();
        bail!("{} is damaged ({first}); {CHECKOUT}", path.display());
    }
    Ok(bytes)
}
