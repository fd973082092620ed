use std::process::ExitCode;
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args { #[command(flatten)] pub setup: crate::setup::Choice }
pub fn run(_ctx: &crate::context::Context, _args: &Args) -> anyhow::Result<ExitCode> { anyhow::bail!("not there yet") }
