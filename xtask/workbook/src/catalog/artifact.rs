//! Artifacts: files that the runner builds for another target before an exercise's host tests.

use serde::{Deserialize, Serialize};

use crate::id::is_slug;

/// The exercise's own library, built as a file that its host tests load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// What the tests call it: `guest`.
    pub name: String,
    /// What it is built for.
    pub target: ArtifactTarget,
}

/// A target that artifacts are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArtifactTarget {
    /// A WebAssembly module.
    #[serde(rename = "wasm32-unknown-unknown")]
    Wasm32,
}

impl ArtifactTarget {
    /// The target's triple, which is also its name in the table of tools.
    pub fn triple(self) -> &'static str {
        match self {
            Self::Wasm32 => "wasm32-unknown-unknown",
        }
    }

    /// How the file's name ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wasm32 => "wasm",
        }
    }
}

impl Artifact {
    /// The file's name: `guest.wasm`.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.name, self.target.extension())
    }

    /// The environment variable that tells the tests the file's absolute path: `WORKBOOK_ARTIFACT_GUEST`.
    pub fn variable(&self) -> String {
        format!(
            "WORKBOOK_ARTIFACT_{}",
            self.name.to_uppercase().replace('-', "_")
        )
    }
}

/// What is wrong with a manifest's artifacts.
pub(super) fn check(artifacts: &[Artifact], on_host: bool) -> Result<(), String> {
    for (at, artifact) in artifacts.iter().enumerate() {
        let name = &artifact.name;
        if !is_slug(name) {
            return Err(format!(
                "`{name}` is no artifact's name: expected lower case, digits and hyphens"
            ));
        }
        if artifacts[..at].iter().any(|other| other.name == *name) {
            return Err(format!("names `{name}` twice"));
        }
    }
    if !artifacts.is_empty() && !on_host {
        return Err("only host tests can load them, and `backends` does not name host".to_owned());
    }
    Ok(())
}
