//! Cargo's runner for `thumbv7m-none-eabi`; see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    qemu_runner::main(std::env::args_os().skip(1))
}
