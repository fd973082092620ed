//! The one place that starts a process: rustc and rustdoc of the pinned toolchain.

use std::{
    ffi::OsStr,
    io,
    path::Path,
    process::{Command, Output, Stdio},
};

use anyhow::{Context, anyhow};
use serde_json::Value;

use crate::{folders::Folders, pages, problem::Failure};

/// An error or a warning of rustc's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    /// Whether it stops the compilation.
    pub is_error: bool,
    /// `E0382`, or the lint's name, if there is one.
    pub code: Option<String>,
    /// Its first line.
    pub message: String,
}

/// Compiles a file as a 2024 library, type checking only, and returns what rustc says.
///
/// It runs in the workbook's folder, where rustup finds the pinned toolchain. `bootstrap` lets the stable compiler accept `#![feature]`.
pub(crate) fn check(
    folders: &Folders,
    file: &Path,
    out_dir: &Path,
    bootstrap: bool,
) -> Result<Vec<Diagnostic>, Failure> {
    let args: &[&OsStr] = &[
        "--edition=2024".as_ref(),
        "--crate-type=lib".as_ref(),
        "--crate-name=checked".as_ref(),
        "--emit=metadata".as_ref(),
        "--error-format=json".as_ref(),
        "--out-dir".as_ref(),
        out_dir.as_ref(),
        file.as_ref(),
    ];
    let output = run("rustc", args, &folders.root, bootstrap)?;
    let text = String::from_utf8_lossy(&output.stderr);
    let found: Vec<_> = text.lines().filter_map(diagnostic).collect();
    if !output.status.success() && !found.iter().any(|diagnostic| diagnostic.is_error) {
        return Err(anyhow!(
            "rustc failed on {} without a diagnostic:\n{text}",
            file.display()
        )
        .into());
    }
    Ok(found)
}

fn diagnostic(line: &str) -> Option<Diagnostic> {
    let json: Value = serde_json::from_str(line).ok()?;
    let message = json["message"].as_str()?.to_owned();
    let is_error = match json["level"].as_str()? {
        "error" => true,
        "warning" => false,
        _ => return None,
    };
    let is_summary = message.starts_with("aborting due to")
        || message.ends_with("warning emitted")
        || message.ends_with("warnings emitted");
    (!is_summary).then(|| Diagnostic {
        is_error,
        code: json["code"]["code"].as_str().map(str::to_owned),
        message,
    })
}

/// Runs the doctests of a page, given relative to `src`. The error codes of `compile_fail` are
/// checked by rustdoc only where unstable features are allowed, hence the bootstrap.
pub(crate) fn doctest(src: &Path, page: &Path) -> Result<Output, Failure> {
    let args: &[&OsStr] = &[
        "--test".as_ref(),
        "--edition=2024".as_ref(),
        "--test-args=--color=never".as_ref(),
        "--color=never".as_ref(),
        page.as_ref(),
    ];
    run("rustdoc", args, src, true)
}

/// Fails unless the active rustc is the one that `rust-toolchain.toml` names.
pub(crate) fn require_pinned(folders: &Folders) -> Result<String, Failure> {
    let file = folders.root.join("rust-toolchain.toml");
    let text = pages::read(&file)?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("failed to parse {}", folders.shown(&file)))?;
    let pinned = table
        .get("toolchain")
        .and_then(|toolchain| toolchain.get("channel"))
        .and_then(toml::Value::as_str)
        .ok_or_else(|| anyhow!("rust-toolchain.toml names no toolchain.channel"))?;
    let output = run("rustc", &["--version".as_ref()], &folders.root, false)?;
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let active = version.split_whitespace().nth(1).unwrap_or("unknown");
    if active == pinned {
        return Ok(active.to_owned());
    }
    Err(anyhow!(
        "the book is checked with rustc {pinned}, but the active one is {active}: \
         run `cargo xtask book test` through rustup, without RUSTUP_TOOLCHAIN or `cargo +…`"
    )
    .into())
}

/// Facts and snippets are the book's own files: the runner's door, with its time-out and its cap,
/// is for code that learners write.
fn run(tool: &str, args: &[&OsStr], dir: &Path, bootstrap: bool) -> Result<Output, Failure> {
    let mut command = Command::new(tool);
    command
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::null())
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_BOOTSTRAP");
    if bootstrap {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    command.output().map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::NotFound {
            ": install Rust from https://rustup.rs"
        } else {
            ""
        };
        anyhow!("failed to start {tool}: {error}{hint}").into()
    })
}
