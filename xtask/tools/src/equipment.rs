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

/// What was found on this machine, or installed to it.
struct Equipment {
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
        Ok(Box::new(Equipment {
            toolbox: report.toolbox,
            failed: report.failed,
        }))
    }
}

impl Tools for Equipment {
    fn missing(&self, backend: BackendKind, needs: &[String]) -> Vec<Blocker> {
        let tools = required([backend], needs.iter().map(String::as_str)).unwrap_or_default();
        let lacks = self.toolbox.lacks(&tools).into_iter();
        lacks
            .map(|missing| {
                let why = self.failed.get(&missing.id).unwrap_or(&missing.reason);
                Blocker {
                    what: format!("{}: {why}", missing.id.tool().name),
                    mend: missing.fix.clone(),
                }
            })
            .collect()
    }

    fn env(&self, backend: BackendKind) -> Vec<(OsString, OsString)> {
        let target = match backend {
            BackendKind::Host => None,
            BackendKind::Qemu => Some(ToolId::Thumbv7m),
            BackendKind::WasmNode | BackendKind::WasmBrowser => Some(ToolId::Wasm32),
        };
        self.toolbox.env(target)
    }
}
