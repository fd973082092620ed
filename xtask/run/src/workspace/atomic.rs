//! Files that are either as before or complete, never half-written.

use std::{
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result};

/// Writes `bytes` to a file beside `path`, and puts it in its place once it is on the disk.
///
/// # Errors
/// If the folder is missing or can't be written to; the file is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().context("a file has a folder")?;
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("failed to write {}", path.display()))
}
