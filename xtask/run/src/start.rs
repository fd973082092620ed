//! How each of the workbook's programs begins: as a test's runner where nextest asks for one, else as a command.

use std::process::ExitCode;

use workbook::exit::Exit;

use crate::{context::Context, exec::Cancel, host_runner, terminal};

/// A command line that can be parsed and that makes no sense all the same.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Parses the command line and carries it out; what went wrong is told on standard error.
///
/// Ctrl-C raises the context's `cancel`; a second one ends this program at once, should ending the children take too long.
pub fn main<C>(
    parse: impl FnOnce() -> C,
    run: impl FnOnce(&Context, C) -> anyhow::Result<Exit>,
) -> ExitCode {
    let args: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    // The runners of test binaries are started once a test: nothing else may come before them.
    match args.split_first() {
        Some((first, rest)) if first == "host-runner" => return host_runner::main(rest),
        Some((first, rest)) if first == "qemu-runner" => {
            return qemu_runner::main(rest.iter().map(Into::into));
        }
        _ => {}
    }
    let command = parse();
    let cancel = Cancel::default();
    let result = Context::new(cancel.clone()).and_then(|ctx| {
        let cancel = ctx.cancel.clone();
        ctrlc::set_handler(move || on_ctrl_c(&cancel))?;
        run(&ctx, command)
    });
    let exit = result.unwrap_or_else(|error| {
        terminal::note(&format!("error: {error:#}"));
        if cancel.is_raised() {
            Exit::Interrupted
        } else if error.is::<workbook::select::SelectError>() || error.is::<Usage>() {
            Exit::Usage
        } else {
            Exit::Blocked
        }
    });
    exit.into()
}

#[expect(
    clippy::exit,
    reason = "a person who asks twice waits for nothing more"
)]
fn on_ctrl_c(cancel: &Cancel) {
    if cancel.is_raised() {
        std::process::exit(Exit::Interrupted.code().into());
    }
    cancel.raise();
}
