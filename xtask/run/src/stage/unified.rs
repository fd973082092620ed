//! The package that is selected beside whatever is built, so that cargo gives each dependency the same features for
//! every exercise and builds it once. It says itself how: see its manifest.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::files::package_files;

/// Its name.
pub const NAME: &str = "with-unified-features";
/// Its folder, from the root on.
pub const DIR: &str = "exercises/support/with-unified-features";

/// Whether it is below this folder, which holds the exercises.
pub fn is_in(root: &Path) -> bool {
    root.join(DIR).join("Cargo.toml").exists()
}

/// Whether a package has dependencies at all. Cargo takes some hundredths of a second longer with this one, and is not
/// asked to where there is nothing to unite.
pub fn concerns(package: &Path) -> bool {
    fs::read_to_string(package.join("Cargo.toml"))
        .map_or(true, |manifest| manifest.contains("dependencies]"))
}

/// Its files, if there is such a package, by path from the root on. A stage needs its own: cargo unites the features of members only.
pub fn files(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    if !is_in(root) {
        return Ok(BTreeMap::new());
    }
    let files = package_files(&root.join(DIR))?.into_iter();
    Ok(files
        .map(|(path, bytes)| (PathBuf::from(DIR).join(path), bytes))
        .collect())
}
