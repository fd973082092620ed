//! For exercises that name `postgres` in their needs: the server that all runs of a command share.

use std::ffi::OsString;

use workbook::{backend::BackendKind, catalog::Exercise, outcome::Blocker};

use super::Run;

/// What a manifest's `needs` and every report call it.
const TOOL: &str = "postgres";

/// The variables by which the exercise's tests find the server, which is started if it does not run; none
/// where the exercise does not need it.
pub fn env(run: &Run<'_>, exercise: &Exercise) -> Result<Vec<(OsString, OsString)>, Blocker> {
    if !is_needed(exercise) {
        return Ok(Vec::new());
    }
    let ctx = run.ctx;
    let tools = run.tools.env(BackendKind::Host);
    ctx.postgres
        .env(run.exec(), &ctx.cancel, tools)
        .map_err(blocker)
}

/// What blocks the exercise if the server went away while its tests ran.
pub fn lost(run: &Run<'_>, exercise: &Exercise) -> Option<Blocker> {
    is_needed(exercise)
        .then(|| run.ctx.postgres.lost().map(blocker))
        .flatten()
}

fn is_needed(exercise: &Exercise) -> bool {
    exercise.needs.iter().any(|need| need == TOOL)
}

fn blocker(why: String) -> Blocker {
    Blocker::new(format!("{TOOL}: {why}"), "run `cargo xtask doctor`")
}

#[cfg(test)]
mod tests;
