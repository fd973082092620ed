//! Tells the runner which triple the host has (cargo's target runner is named after it), and stamps it with the sources
//! that judge: a kept verdict holds for the stamp that it was found under.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// The folders whose sources judge.
const JUDGES: [&str; 2] = ["src", "../workbook/src"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=WORKBOOK_HOST={target}");
    let mut stamp = DefaultHasher::new();
    for folder in JUDGES {
        println!("cargo::rerun-if-changed={folder}");
        for file in files(Path::new(folder))? {
            fs::read(file)?.hash(&mut stamp);
        }
    }
    println!("cargo::rustc-env=WORKBOOK_STAMP={:016x}", stamp.finish());
    Ok(())
}

/// All files below a folder, in the order of their paths.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
