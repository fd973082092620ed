//! The machine's tools, as a run sees them.

use std::{collections::BTreeSet, ffi::OsString};

use anyhow::Result;
use workbook::{
    catalog::Exercise,
    outcome::{BackendKind, Blocker},
};

use workbook_run::{check::Provider, context::Context, run::Tools};

use crate::{
    Choice, ensure, install,
    toolbox::{Toolbox, required},
    tools::ToolId,
};

/// What was found on this machine, or installed.
struct Installed {
    toolbox: Toolbox,
    failed: install::Failures,
}

impl Provider for Choice {
    fn prepare(&self, ctx: &Context, exercises: &[&Exercise]) -> Result<Box<dyn Tools>> {
        let mut tools = BTreeSet::new();
        for exercise in exercises {
            tools.extend(required(
                exercise.backends.iter().copied(),
                exercise.needs.iter().map(String::as_str),
            )?);
        }
        let report = ensure(ctx, &tools, *self)?;
        Ok(Box::new(Installed {
            toolbox: report.toolbox,
            failed: report.failed,
        }))
    }
}

impl Tools for Installed {
    fn missing(&self, backend: BackendKind, needs: &[String]) -> Vec<Blocker> {
        let tools = required([backend], needs.iter().map(String::as_str)).unwrap_or_default();
        let lacks = self.toolbox.lacks(&tools).into_iter();
        lacks
            .map(|missing| {
                let why = self.failed.get(&missing.id).unwrap_or(&missing.reason);
                Blocker::new(
                    format!("{}: {why}", missing.id.tool().name),
                    missing.fix.clone(),
                )
            })
            .collect()
    }

    fn env(&self, backend: BackendKind) -> Vec<(OsString, OsString)> {
        self.toolbox.env(backend.target().and_then(ToolId::named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setup_knows_every_backends_tools_and_targets() {
        for kind in BackendKind::ALL {
            let mut names = kind.backend().tools.iter().copied().chain(kind.target());
            assert_eq!(
                names.find(|name| ToolId::named(name).is_none()),
                None,
                "{kind}"
            );
        }
    }
}
