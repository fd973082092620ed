//! What an exercise's manifest asks for: tools that setup knows, and dependencies as the workspace has
//! them.

use std::fs;

use anyhow::{Context as _, Result};
use toml_edit::{DocumentMut, Item, TableLike};
use workbook::catalog::Exercise;

use super::{Check, Findings, text};
use workbook_run::context::Context;
use workbook_tools::tools::{TOOLS, ToolId};

/// Tables of dependencies, in a manifest and under its `target`s.
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Looks at the manifest; says whether the exercise can be staged with it.
pub fn look(ctx: &Context, exercise: &Exercise, findings: &mut Findings) -> Result<bool> {
    let file = exercise.dir.join("Cargo.toml");
    let mut sound = true;
    for need in exercise
        .needs
        .iter()
        .filter(|need| ToolId::named(need).is_none())
    {
        sound = false;
        let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
        let message = format!(
            "`needs` names `{need}`, which setup does not know; it knows {}.",
            text::all(&known)
        );
        findings.problem(exercise, Check::Layout, &file, message);
    }
    let path = ctx.root.join(&file);
    let manifest =
        fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let manifest: DocumentMut = manifest
        .parse()
        .with_context(|| format!("failed to parse {}", path.display()))?;
    for name in own_dependencies(manifest.as_table()) {
        sound = false;
        let message = format!(
            "the dependency `{name}` has a version, features or a path of its own, so that verifying one exercise \
             after another would rebuild it; put them into the root's [workspace.dependencies], and `{name}.workspace = true` here."
        );
        findings.problem(exercise, Check::Layout, &file, message);
    }
    Ok(sound)
}

/// The dependencies that are not just the workspace's.
fn own_dependencies(manifest: &dyn TableLike) -> Vec<String> {
    let targets = manifest.get("target").and_then(Item::as_table_like);
    let under_targets = targets
        .into_iter()
        .flat_map(TableLike::iter)
        .filter_map(|(_, table)| table.as_table_like());
    std::iter::once(manifest)
        .chain(under_targets)
        .flat_map(|table| {
            KINDS
                .iter()
                .filter_map(|kind| table.get(kind)?.as_table_like())
        })
        .flat_map(TableLike::iter)
        .filter(|(_, dependency)| !is_the_workspaces(dependency))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn is_the_workspaces(dependency: &Item) -> bool {
    let Some(table) = dependency.as_table_like() else {
        return false;
    };
    // The package itself, with a feature that only its tests on some target need, rebuilds nothing of others.
    let itself = table.get("path").and_then(Item::as_str) == Some(".");
    let inherits = table.get("workspace").and_then(Item::as_bool) == Some(true);
    itself
        || inherits
            && table
                .iter()
                .all(|(key, _)| key == "workspace" || key == "optional")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_the_workspaces() {
        let manifest: DocumentMut = "
            [dependencies]
            a.workspace = true
            b = { workspace = true }
            c = \"1\"
            d = { workspace = true, features = [\"x\"] }
            [target.'cfg(unix)'.dev-dependencies]
            e = { path = \"../e\" }
            f.workspace = true
            g = { path = \".\", features = [\"libtest\"] }
        "
        .parse()
        .unwrap();
        assert_eq!(own_dependencies(manifest.as_table()), ["c", "d", "e"]);
    }
}
