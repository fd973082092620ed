//! Putting a toolchain folder together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sources::Compiler;
use super::{Folder, NOTE, Note, folder, library_folder};
use crate::cache::stamp;
use crate::found::holds_core;
use crate::machine::Machine;
use crate::runner::{Failure, Runner};
use crate::tools::Target;
use workbook_run::exec::Cmd;

const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Makes the toolchain folder of `machine` have `targets`, from `compiler` and `linker`. What is
/// there and fits is kept.
pub fn assemble(
    runner: &Runner<'_>,
    compiler: &Compiler,
    linker: &Path,
    targets: &[Target],
) -> Result<(), Failure> {
    let machine = runner.prober.machine;
    let failed = |error: io::Error| {
        Failure::Reason(format!(
            "{} can't be written: {error}",
            machine.toolchain().display()
        ))
    };
    if !matches!(folder(machine), Folder::Ready(_)) {
        frame(machine, compiler, linker).map_err(failed)?;
    }
    for &target in targets {
        let home = library_folder(machine, target);
        if !holds_core(&home) {
            let libraries = build(runner, compiler, target)?;
            place(&libraries, &home).map_err(failed)?;
        }
    }
    Ok(())
}

/// Everything but the targets' libraries.
fn frame(machine: &Machine, compiler: &Compiler, linker: &Path) -> io::Result<()> {
    let home = machine.toolchain();
    let partial = home.with_extension("partial");
    remove(&partial)?;
    let rustlib = partial.join("lib/rustlib");
    let host = rustlib.join(&compiler.host);
    fs::create_dir_all(partial.join("bin"))?;
    fs::create_dir_all(host.join("bin"))?;
    fs::create_dir_all(rustlib.join("src"))?;
    wrapper(&partial.join("bin/rustc"), &compiler.rustc)?;
    wrapper(&partial.join("bin/rustdoc"), &compiler.rustdoc)?;
    link(&compiler.cargo, &partial.join("bin/cargo"))?;
    let theirs = compiler.sysroot.join("lib/rustlib");
    link(&theirs.join(&compiler.host).join("lib"), &host.join("lib"))?;
    link(linker, &host.join("bin/rust-lld"))?;
    link(&compiler.source, &rustlib.join("src/rust"))?;
    let note = Note {
        schema: 1,
        rustc: compiler.rustc.clone(),
        stamp: stamp(&compiler.rustc),
        version: compiler.version.to_string(),
        linker: linker.to_owned(),
    };
    fs::write(partial.join(NOTE), serde_json::to_vec_pretty(&note)?)?;
    remove(&home)?;
    fs::rename(&partial, &home)
}

/// A program that points the distribution's at the folder it lies in, wherever that is moved.
fn wrapper(path: &Path, program: &Path) -> io::Result<()> {
    let program = program.display().to_string().replace('\'', r"'\''");
    fs::write(
        path,
        format!("#!/bin/sh\nhere=${{0%/*}}\nexec '{program}' --sysroot \"${{here%/*}}\" \"$@\"\n"),
    )?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_to: &Path, _at: &Path) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "assembling a toolchain needs symbolic links",
    ))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Builds the library of `target`; the answer is its parts. Cargo's own folder is kept until all of
/// setup is done, so that an interrupted build goes on where it was.
fn build(
    runner: &Runner<'_>,
    compiler: &Compiler,
    target: Target,
) -> Result<Vec<PathBuf>, Failure> {
    let machine = runner.prober.machine;
    let (size, changed) = stamp(&compiler.rustc);
    // A folder a compiler: parts of two compilers must never be taken for one library.
    let work = machine
        .state()
        .join(format!("build/std-{}-{size}-{changed}", compiler.version));
    empty_package(&work).map_err(|error| {
        Failure::Reason(format!("{} can't be written: {error}", work.display()))
    })?;
    let home = machine.toolchain();
    let path = std::iter::once(home.join("bin")).chain(machine.path.iter().cloned());
    let path = std::env::join_paths(path).map_err(|error| Failure::Reason(error.to_string()))?;
    let cmd = Cmd::new(&compiler.cargo)
        .args([
            "build",
            "--release",
            "--message-format=json-render-diagnostics",
            "--target",
            target.triple,
        ])
        .arg(format!("-Zbuild-std={}", target.build_std))
        .arg("--target-dir")
        .arg(work.join("target"))
        .cwd(&work)
        .env("PATH", path)
        .env("RUSTC", home.join("bin/rustc"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
        )
        // Left by the cargo that started us, and meant for its own compiler.
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WRAPPER")
        .timeout(PATIENCE);
    let output = runner.run(&format!("building the library of {}", target.triple), cmd)?;
    let parts = rlibs(&output.stdout(), target.triple);
    if parts.is_empty() {
        return Err(Failure::Reason("cargo built no library".to_owned()));
    }
    Ok(parts)
}

fn empty_package(work: &Path) -> io::Result<()> {
    let manifest =
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir_all(work.join("src"))?;
    fs::write(work.join("Cargo.toml"), manifest)?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")
}

/// The libraries for `triple` that cargo's messages name, without those of build scripts and the
/// empty package that they were built for.
fn rlibs(messages: &str, triple: &str) -> Vec<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] != "empty"
        })
        .filter_map(|message| message["filenames"].as_array().cloned())
        .flatten()
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "rlib")
        })
        .filter(|file| file.iter().any(|part| part == triple))
        .collect()
}

/// Copies `parts` to the folder `home`, which is there complete or not at all.
fn place(parts: &[PathBuf], home: &Path) -> io::Result<()> {
    let target = home.parent().unwrap_or(home);
    let partial = target.with_extension("partial");
    remove(&partial)?;
    fs::create_dir_all(partial.join("lib"))?;
    for part in parts {
        let name = part.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        fs::copy(part, partial.join("lib").join(name))?;
    }
    remove(target)?;
    fs::rename(&partial, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_libraries_and_leaves_the_empty_package() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"core"},"filenames":["/d/wasm32/libcore-1.rlib","/d/wasm32/libcore-1.rmeta"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"cc"},"filenames":["/d/release/libcc-1.rlib"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"empty"},"filenames":["/d/wasm32/libempty.rlib"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            rlibs(messages, "wasm32"),
            [PathBuf::from("/d/wasm32/libcore-1.rlib")]
        );
    }
}
