//! `cargo xtask`: the runner, built first where it is not up to date.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

use std::{env, process::ExitCode};

use launch::{Launcher, RUNNER, become_program, say};

/// A tool is broken: see `cargo xtask --help`.
const BLOCKED: u8 = 3;

fn main() -> ExitCode {
    let why = match Launcher::new() {
        Ok(launcher) => match launcher.ready(RUNNER) {
            Ok(file) => {
                let error = become_program(&file, env::args_os().skip(1));
                format!("failed to start {}: {error}", file.display())
            }
            Err(error) => error.to_string(),
        },
        Err(error) => format!("failed to find this program's own path: {error}"),
    };
    say(&format!("error: {why}"));
    ExitCode::from(BLOCKED)
}
