//! What is to be installed, in which order, and how that is told before it is done.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::fix;
use super::found::Missing;
use super::installer;
use super::packages::Manager;
use super::pinned;
use super::prober::Prober;
use super::recipes::Recipe;
use super::rung::{self, Choice, Rung};
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
    /// A private copy of the packages of these tools.
    Private {
        recipe: &'static Recipe,
        tools: Vec<ToolId>,
        why: String,
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
            Self::Private { tools, .. } => tools.clone(),
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
            Self::Packages { .. } | Self::Private { .. } | Self::Ladder { .. } => names.join(", "),
        }
    }
}

/// What is missing and what will be done about it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What will be done, in order.
    pub steps: Vec<Step>,
    /// How each tool that can be installed will be, in the order of the table.
    pub how: Vec<How>,
    /// What setup can't install here, and why.
    pub beyond: Vec<(ToolId, String)>,
}

/// How a tool will be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct How {
    /// Which it is.
    pub id: ToolId,
    /// By what, and where to.
    pub what: String,
    /// What that costs; empty where another tool's entry counts it.
    pub cost: String,
}

impl How {
    /// In one line.
    pub fn told(&self) -> String {
        match self.cost.as_str() {
            "" => self.what.clone(),
            cost => format!("{}; {cost}", self.what),
        }
    }
}

/// Plans the installing of `missing`.
pub fn plan<'a>(prober: &Prober<'_>, missing: impl Iterator<Item = &'a Missing>) -> Plan {
    let machine = prober.machine;
    let manager = Manager::detect(machine);
    let missing: Vec<_> = missing.map(|missing| missing.id).collect();
    let mut plan = Plan::default();
    let (mut system, mut private) = (Vec::new(), Vec::<Step>::new());
    let (mut cargo, mut ladder) = (Vec::new(), Vec::new());
    let mut rungs = rungs(prober, manager, &missing);
    for id in missing {
        let cost = id.tool().cost.to_owned();
        let how = match id.tool().source {
            Source::Packages(names) => match (rungs.remove(&id), manager) {
                (Some(Ok(choice)), Some(manager)) => {
                    let how = by_packages(&choice, manager, &names, cost);
                    match choice.rung {
                        Rung::System => {
                            system.push((id, names));
                            Ok(how)
                        }
                        Rung::Private(recipe) => {
                            let first = share(&mut private, recipe, id, choice.why);
                            let shared = format!(
                                "from the same packages, in .workbook/packages/{}",
                                recipe.folder
                            );
                            Ok(if first { how } else { (shared, String::new()) })
                        }
                    }
                }
                (Some(Err(why)), _) => Err(why),
                _ => Err("setup knows no package manager of this platform".to_owned()),
            },
            Source::Ladder(target) => {
                let how = fix::ladder_steps(prober, manager, target);
                how.map(|how| {
                    ladder.push((id, target));
                    (how, cost)
                })
            }
            Source::Kernel(_) => Err("the kernel's settings are the administrator's".to_owned()),
            Source::Cargo { package, .. } => pinned::version(machine, id).map(|version| {
                cargo.push(Step::Cargo {
                    tool: id,
                    package,
                    version,
                });
                let how = format!("`cargo install` of {package} {version} into .workbook/tools");
                (how, cost)
            }),
        };
        match how {
            Ok((what, cost)) => plan.how.push(How { id, what, cost }),
            Err(why) => plan.beyond.push((id, why)),
        }
    }
    if manager.is_some() && installer::interrupted(machine) {
        plan.steps.push(Step::Finish);
    }
    if let Some(manager) = manager.filter(|_| !system.is_empty()) {
        plan.steps.push(Step::Packages {
            manager,
            tools: system,
        });
    }
    plan.steps.extend(private);
    if !ladder.is_empty() {
        plan.steps.push(Step::Ladder { tools: ladder });
    }
    plan.steps.extend(cargo);
    plan
}

/// The rung of each of `tools` that comes as packages.
fn rungs(
    prober: &Prober<'_>,
    manager: Option<Manager>,
    tools: &[ToolId],
) -> BTreeMap<ToolId, Result<Choice, String>> {
    let of = |id: &ToolId| match &id.tool().source {
        Source::Packages(packages) => Some((*id, packages)),
        _ => None,
    };
    let (ids, packages): (Vec<_>, Vec<_>) = tools.iter().filter_map(of).unzip();
    match manager {
        Some(manager) if !ids.is_empty() => ids
            .into_iter()
            .zip(rung::all(prober, manager, &packages))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// What is done, and what that costs.
fn by_packages(
    choice: &Choice,
    manager: Manager,
    packages: &Packages,
    cost: String,
) -> (String, String) {
    match choice.rung {
        Rung::System => {
            let names = manager.names(packages).join(", ");
            (format!("{manager}: {names}"), cost)
        }
        Rung::Private(recipe) => {
            let copy = format!(
                "downloaded by {manager} and unpacked into .workbook/packages/{}, since {}",
                recipe.folder, choice.why
            );
            match choice.size {
                Some((count, bytes)) => {
                    let packages = if count == 1 { "package" } else { "packages" };
                    let cost = format!("a download of {}", rung::megabytes(bytes));
                    (format!("{count} {packages}, {copy}"), cost)
                }
                None => {
                    let names = recipe.apt.join(", ");
                    (format!("{names}, {copy}"), cost)
                }
            }
        }
    }
}

/// Adds `id` to the copy of its recipe; whether it is the first there.
fn share(steps: &mut Vec<Step>, recipe: &'static Recipe, id: ToolId, why: String) -> bool {
    let same = steps.iter_mut().find_map(|step| match step {
        Step::Private {
            recipe: known,
            tools,
            ..
        } if known.folder == recipe.folder => Some(tools),
        _ => None,
    });
    if let Some(tools) = same {
        tools.push(id);
        return false;
    }
    steps.push(Step::Private {
        recipe,
        tools: vec![id],
        why,
    });
    true
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
        for How { id, what, cost } in &self.how {
            let tool = id.tool();
            let _ = writeln!(text, "  {} {}", tool.name, tool.purpose);
            let _ = writeln!(text, "      {what}");
            if !cost.is_empty() {
                let _ = writeln!(text, "      {cost}");
            }
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
