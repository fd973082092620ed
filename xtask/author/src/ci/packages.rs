//! The workspace's own packages, as cargo's flags.

use anyhow::{Context as _, Result};
use workbook_run::{context::Context, exec::Cmd};

/// Our own packages: everything but the exercises, whose stubs need not compile. `-p NAME` for all,
/// and for those that have a library.
pub fn own_packages(ctx: &Context) -> Result<(Vec<String>, Vec<String>)> {
    let cmd = Cmd::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .cwd(&ctx.root);
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`cargo metadata` failed: {}", output.stderr().trim()))?;
    let catalog = ctx.catalog()?;
    let (mut all, mut libraries) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if catalog
            .exercises
            .iter()
            .any(|exercise| exercise.package == name)
        {
            continue;
        }
        let targets = package["targets"].as_array();
        let kinds = targets.into_iter().flatten().map(|target| &target["kind"]);
        let has_library = kinds
            .into_iter()
            .any(|kind| *kind == serde_json::json!(["lib"]));
        let flag = ["-p".to_owned(), name.to_owned()];
        if has_library {
            libraries.extend(flag.clone());
        }
        all.extend(flag);
    }
    Ok((all, libraries))
}
