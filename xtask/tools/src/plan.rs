//! What is to be installed, in which order, and how that is told before it is done.

use std::fmt::Write as _;

use super::fix;
use super::packages::{self, Manager};
use super::probe::Prober;
use super::toolbox::Missing;
use super::tools::{Packages, Source, Target, ToolId};
use super::version::Version;

const FINISH: &str = "finish an installation of packages that was interrupted";

/// One thing to do.
#[derive(Debug, Clone)]
pub enum Step {
    /// What an interrupted installation of packages left half-done.
    Finish,
    /// The platform's packages of these tools, in one go.
    Packages {
        manager: Manager,
        tools: Vec<(ToolId, Packages)>,
    },
    /// `cargo install`.
    Cargo {
        tool: ToolId,
        package: &'static str,
        version: Version,
    },
    /// Targets, by the ladder.
    Ladder { tools: Vec<(ToolId, Target)> },
}

impl Step {
    /// The tools that it installs.
    pub fn tools(&self) -> Vec<ToolId> {
        match self {
            Self::Packages { tools, .. } => tools.iter().map(|(id, _)| *id).collect(),
            Self::Cargo { tool, .. } => vec![*tool],
            Self::Finish => Vec::new(),
            Self::Ladder { tools } => tools.iter().map(|(id, _)| *id).collect(),
        }
    }

    /// What it installs, and how long that takes.
    pub fn title(&self) -> String {
        let tools = self.tools();
        let names: Vec<_> = tools.iter().map(|id| id.tool().name).collect();
        match self {
            Self::Cargo { tool, version, .. } => {
                format!("{} {version}, {}", names.join(""), tool.tool().cost)
            }
            Self::Finish => FINISH.to_owned(),
            Self::Packages { .. } | Self::Ladder { .. } => names.join(", "),
        }
    }
}

/// What is missing and what will be done about it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What will be done, in order.
    pub steps: Vec<Step>,
    /// How each tool that can be installed will be, in the order of the table.
    pub how: Vec<(ToolId, String)>,
    /// What setup can't install here, and why.
    pub beyond: Vec<(ToolId, String)>,
}

/// Plans the installing of `missing`.
pub fn plan<'a>(prober: &Prober<'_>, missing: impl Iterator<Item = &'a Missing>) -> Plan {
    let machine = prober.machine;
    let manager = Manager::detect(machine);
    let mut plan = Plan::default();
    let (mut system, mut cargo, mut ladder) = (Vec::new(), Vec::new(), Vec::new());
    for Missing { id, .. } in missing {
        match fix::how(machine, manager, prober.toolchain, *id) {
            Ok(how) => plan.how.push((*id, how)),
            Err(why) => {
                plan.beyond.push((*id, why));
                continue;
            }
        }
        match id.tool().source {
            Source::Packages(names) => system.push((*id, names)),
            Source::Ladder(target) => ladder.push((*id, target)),
            // `how` has refused it.
            Source::Kernel(_) => {}
            Source::Cargo { package, .. } => {
                if let Ok(version) = fix::version(machine, *id) {
                    cargo.push(Step::Cargo {
                        tool: *id,
                        package,
                        version,
                    });
                }
            }
        }
    }
    if manager.is_some() && packages::interrupted(machine) {
        plan.steps.push(Step::Finish);
    }
    if let Some(manager) = manager.filter(|_| !system.is_empty()) {
        plan.steps.push(Step::Packages {
            manager,
            tools: system,
        });
    }
    if !ladder.is_empty() {
        plan.steps.push(Step::Ladder { tools: ladder });
    }
    plan.steps.extend(cargo);
    plan
}

impl Plan {
    /// The plan as a person reads it before agreeing.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.steps.iter().any(|step| matches!(step, Step::Finish)) {
            let _ = writeln!(text, "Setup would {FINISH}.");
        }
        if !self.how.is_empty() {
            text.push_str("Setup would install:\n");
        }
        for (id, how) in &self.how {
            let tool = id.tool();
            let _ = writeln!(text, "  {} {}", tool.name, tool.purpose);
            let _ = writeln!(text, "      {how}");
            let _ = writeln!(text, "      {}", tool.cost);
        }
        if !self.beyond.is_empty() {
            text.push_str("Setup can't install:\n");
        }
        for (id, why) in &self.beyond {
            let tool = id.tool();
            let _ = writeln!(text, "  {} {}", tool.name, tool.purpose);
            let _ = writeln!(text, "      {why}");
        }
        text
    }
}
