//! Which version of a tool setup installs, where the workbook pins one.

use std::path::Path;

use super::machine::Machine;
use super::tools::{Source, ToolId};
use super::version::Version;

/// The version that setup installs of a tool that comes through cargo.
pub fn version(machine: &Machine, id: ToolId) -> Result<Version, String> {
    match id.tool().source {
        Source::Cargo {
            version: Some(version),
            ..
        } => Ok(version),
        Source::Cargo { version: None, .. } => locked(&machine.workspace, "wasm-bindgen"),
        Source::Packages(_) | Source::Ladder(_) | Source::Kernel(_) => {
            Err("its version isn't pinned".to_owned())
        }
    }
}

/// The version of `package` in the workspace's Cargo.lock.
pub fn locked(workspace: &Path, package: &str) -> Result<Version, String> {
    let path = workspace.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    // Read by line, since a TOML parser would take longer than everything else here.
    let mut lines = lock.lines();
    lines
        .find(|line| {
            line.strip_prefix("name = ")
                .is_some_and(|name| name.trim_matches('"') == package)
        })
        .and_then(|_| lines.next()?.strip_prefix("version = "))
        .and_then(|version| Version::parse(version.trim_matches('"')))
        .ok_or_else(|| format!("{} has no package {package}", path.display()))
}
