//! What stands between nextest and a test binary: `xtask host-runner BINARY ARGS…`, cargo's
//! target runner for the host.
//!
//! An exit code of 0 says only that the process ended, and the code under test can end it. So each
//! test is asked for a witness: libtest's own log of the tests that came to their end. It lies in a
//! fresh folder of its own, and a pass without it is none. This runner caps what a test prints,
//! too, so that a test that prints without end fills neither memory nor disk.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, ExitCode, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::terminal;

/// What is passed on of each stream of one test, in bytes.
const CAP: u64 = 1 << 20;
/// How long streams may stay open after the test's process is gone.
const LINGER: Duration = Duration::from_secs(1);
/// What libtest says of the option that we ask the witness by; nobody needs to read it.
const NOISE: &str = "warning: `--logfile` is deprecated";
/// The exit code of a test that ended its process early with a success.
const EARLY_EXIT: u8 = 70;

/// Runs a test binary; `args` begins with its path.
pub fn main(args: &[String]) -> ExitCode {
    let [binary, rest @ ..] = args else {
        terminal::note("usage: xtask host-runner BINARY [ARGS…]");
        return ExitCode::from(2);
    };
    let listing = rest.iter().any(|arg| arg == "--list");
    let result = if listing {
        Err(command(binary, rest).exec())
    } else {
        witnessed(binary, rest)
    };
    result.unwrap_or_else(|error| {
        terminal::note(&format!("failed to run the test binary {binary}: {error}"));
        ExitCode::from(2)
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "nextest supervises this runner, and so its child"
)]
fn command(binary: &str, args: &[String]) -> Command {
    let mut command = Command::new(binary);
    command.args(args);
    command
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a test prints is passed on byte by byte"
)]
fn witnessed(binary: &str, args: &[String]) -> io::Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("workbook-test-")
        .tempdir()?;
    let log = folder.path().join("witness");
    let mut child = command(binary, args)
        .arg("--logfile")
        .arg(&log)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (done, closed) = mpsc::channel();
    let streams = [
        child
            .stdout
            .take()
            .map(|from| pass_on(from, io::stdout(), &done)),
        child
            .stderr
            .take()
            .map(|from| pass_on(from, io::stderr(), &done)),
    ];
    let status = child.wait()?;
    for _ in streams.iter().flatten() {
        if closed.recv_timeout(LINGER).is_err() {
            break;
        }
    }
    let names: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let witness = fs::read_to_string(&log).unwrap_or_default();
    Ok(judge(status, &names, &witness))
}

fn judge(status: ExitStatus, names: &[&str], witness: &str) -> ExitCode {
    if let Some(signal) = status.signal() {
        terminal::note(&format!(
            "the test's process was killed by signal {signal}{}",
            signal_name(signal)
        ));
        return ExitCode::from(u8::try_from(128 + signal).unwrap_or(255));
    }
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(255);
    if code == 0 && !names.iter().all(|name| came_to_its_end(witness, name)) {
        terminal::note(
            "the test's process ended with exit code 0 before the test came to its end: \
             the code under test called std::process::exit, or something like it",
        );
        return ExitCode::from(EARLY_EXIT);
    }
    if code != 0 && code != 101 {
        terminal::note(&format!("the test's process ended with exit code {code}"));
    }
    ExitCode::from(code)
}

/// Whether libtest's log says that the test of this name was run to its end.
fn came_to_its_end(witness: &str, name: &str) -> bool {
    witness.lines().any(|line| {
        line.strip_prefix("ok ").is_some_and(|rest| {
            rest == name
                || rest
                    .strip_prefix(name)
                    .is_some_and(|more| more.starts_with(' '))
        })
    })
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: an illegal instruction)",
        6 => " (SIGABRT: it aborted; a stack overflow and a panic inside a panic do that)",
        7 => " (SIGBUS: a misaligned or impossible address)",
        8 => " (SIGFPE: an arithmetic fault)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV: it touched memory that is not its own)",
        _ => "",
    }
}

fn pass_on(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    done: &mpsc::Sender<()>,
) {
    let done = done.clone();
    thread::spawn(move || {
        // Errors here mean that one end is gone; the exit code tells what happened.
        let mut first = Vec::new();
        let _ = (&mut from).take(NOISE.len() as u64).read_to_end(&mut first);
        if first != NOISE.as_bytes() {
            let _ = to.write_all(&first);
        }
        let passed = io::copy(&mut (&mut from).take(CAP), &mut to).unwrap_or(0);
        if passed == CAP && io::copy(&mut from, &mut io::sink()).is_ok_and(|dropped| dropped > 0) {
            let _ = writeln!(
                to,
                "\n[the test printed more than {CAP} bytes; the rest is left out]"
            );
        }
        let _ = to.flush();
        let _ = done.send(());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_names_its_test_exactly() {
        assert!(came_to_its_end(
            "ok evicts_the_oldest\n",
            "evicts_the_oldest"
        ));
        assert!(came_to_its_end("ok evicts - should panic\n", "evicts"));
        assert!(!came_to_its_end("ok evicts_the_oldest\n", "evicts"));
        assert!(!came_to_its_end("failed evicts\n", "evicts"));
        assert!(!came_to_its_end("", "evicts"));
    }
}
