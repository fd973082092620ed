use std::process::ExitCode;
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {}
pub fn run(_ctx: &crate::context::Context, _args: &Args) -> anyhow::Result<ExitCode> { Ok(ExitCode::SUCCESS) }
