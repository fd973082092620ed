//! Files of packages and of submissions: read as they are, written only where they differ.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use walkdir::WalkDir;
use workbook::catalog::Exercise;

/// Files of one exercise that replace the pristine ones, by path relative to its folder.
pub type Overlay = BTreeMap<PathBuf, Vec<u8>>;

/// The largest file that an overlay may bring, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// All files of a package, by path relative to its folder.
pub fn package_files(dir: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let walk = WalkDir::new(dir).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| {
        entry.depth() == 0 || !is_litter(&entry.file_name().to_string_lossy())
    }) {
        let entry = entry.with_context(|| format!("failed to read {}", dir.display()))?;
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path())
                .with_context(|| format!("failed to read {}", entry.path().display()))?;
            files.insert(entry.path().strip_prefix(dir)?.to_owned(), bytes);
        }
    }
    Ok(files)
}

/// What tools and editors leave behind and no check looks at.
fn is_litter(name: &str) -> bool {
    matches!(
        name,
        "target" | "pkg" | "node_modules" | "wip" | ".DS_Store" | "mutants.out"
    ) || name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".proptest-regressions")
        || name.ends_with(".snap.new")
        || name.ends_with(".pending-snap")
}

/// Why files are not taken for an overlay.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// The editable files found in `dir`, which has the shape of the exercise's folder.
///
/// # Errors
/// If a file is a symbolic link, no regular file, or larger than 1 MiB: that is a [`Refusal`]. If it can't be read, that is the machine's fault.
pub fn overlay_from(dir: &Path, exercise: &Exercise) -> Result<Overlay> {
    let mut overlay = Overlay::new();
    for path in &exercise.edit {
        let file = dir.join(path);
        let Ok(info) = fs::symlink_metadata(&file) else {
            continue;
        };
        if !info.is_file() || passes_a_link(dir, path) {
            bail!(Refusal(format!(
                "{} is no regular file of its own; links are not followed",
                file.display()
            )));
        }
        if info.len() > LARGEST_FILE {
            bail!(Refusal(format!(
                "{} has {} bytes; at most {LARGEST_FILE} are taken",
                file.display(),
                info.len()
            )));
        }
        overlay.insert(
            path.clone(),
            fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?,
        );
    }
    Ok(overlay)
}

fn passes_a_link(dir: &Path, path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .filter(|part| !part.as_os_str().is_empty())
        .any(|part| dir.join(part).is_symlink())
}

/// Writes a file unless it holds just that already.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(path, bytes)
    };
    write().with_context(|| {
        format!(
            "failed to write {}; see that the disk is writable and has room",
            path.display()
        )
    })
}
