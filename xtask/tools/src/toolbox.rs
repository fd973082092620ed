//! What the backends get from setup: where the tools are, and what runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use workbook::catalog::Exercise;
use workbook::outcome::BackendKind;

use super::fix::{self, Effort};
use super::found::{Found, Missing, Origin, Toolchain};
use super::machine::Machine;
use super::packages::Manager;
use super::private;
use super::probe;
use super::prober::Prober;
use super::tools::{TOOLS, ToolId};
use workbook_run::exec::Executor;

/// The tools of this machine, as far as they were asked for.
#[derive(Debug, Clone)]
pub struct Toolbox {
    found: BTreeMap<ToolId, Found>,
    missing: BTreeMap<ToolId, Missing>,
    path: Vec<PathBuf>,
    own: PathBuf,
    /// What a build for the host needs to link with a private copy.
    linked: Linked,
}

/// How a build for the host finds libraries that lie in a private copy.
#[derive(Debug, Clone, Default)]
struct Linked {
    env: Vec<(OsString, OsString)>,
    /// Has a pkg-config, where the machine had none.
    bin: Option<PathBuf>,
}

impl Toolbox {
    /// Looks `tools` up. Takes a few milliseconds: programs are asked for their version once, and
    /// again when their file changes.
    pub fn probe(
        machine: &Machine,
        exec: &dyn Executor,
        toolchain: Toolchain,
        tools: &BTreeSet<ToolId>,
    ) -> Self {
        Self::of(&Prober::new(machine, exec, toolchain), tools)
    }

    /// The same with a prober at hand.
    pub fn of(prober: &Prober<'_>, tools: &BTreeSet<ToolId>) -> Self {
        let machine = prober.machine;
        let manager = Manager::detect(machine);
        let mut found = BTreeMap::new();
        let mut missing = BTreeMap::new();
        for &id in tools {
            match probe::probe(prober, id) {
                Ok(tool) => drop(found.insert(id, tool)),
                Err(reason) => {
                    let fix = fix::command(prober, manager, id, Effort::Quick);
                    missing.insert(id, Missing { id, reason, fix });
                }
            }
        }
        let is_private = |id: &ToolId| {
            let found: Option<&Found> = found.get(id);
            found.is_some_and(|found| matches!(found.origin, Origin::Private(_)))
        };
        let linked = Some(ToolId::Gtk)
            .filter(is_private)
            .and_then(|id| private::of_tool(machine, id));
        Self {
            linked: linked.map_or_else(Linked::default, |copy| Linked {
                env: copy.build_env(machine),
                bin: Some(copy.bin()),
            }),
            found,
            missing,
            path: machine.path.clone(),
            own: machine.tools().join("bin"),
        }
    }

    /// Finds out for what is missing what the command that a person types would do beyond that.
    #[must_use]
    pub fn explained(mut self, prober: &Prober<'_>) -> Self {
        let manager = Manager::detect(prober.machine);
        for missing in self.missing.values_mut() {
            missing.fix = fix::command(prober, manager, missing.id, Effort::Thorough);
        }
        self
    }

    /// A tool that is there.
    pub fn found(&self, id: ToolId) -> Option<&Found> {
        self.found.get(&id)
    }

    /// The program of a tool that is there.
    pub fn path(&self, id: ToolId) -> Option<&Path> {
        self.found.get(&id).map(|found| found.path.as_path())
    }

    /// What isn't there, in the order of the table.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.missing.values()
    }

    /// What of `tools` isn't there.
    pub fn lacks(&self, tools: &BTreeSet<ToolId>) -> Vec<&Missing> {
        tools.iter().filter_map(|id| self.missing.get(id)).collect()
    }

    /// The value of `RUSTUP_TOOLCHAIN` for a target, or `None` where the active toolchain has it.
    pub fn toolchain(&self, target: ToolId) -> Option<&Path> {
        self.found.get(&target)?.toolchain.as_deref()
    }

    /// The environment of a command that builds or runs for `target` (`None`: the host): `PATH` with
    /// the workbook's own tools first, the browser's driver, what private libraries are found by, and the
    /// toolchain that has the target.
    pub fn env(&self, target: Option<ToolId>) -> Vec<(OsString, OsString)> {
        let toolchain = target.and_then(|target| self.toolchain(target));
        let mut env = vec![(OsString::from("PATH"), self.search_path(toolchain))];
        if target.is_none() {
            env.extend(self.linked.env.iter().cloned());
        }
        if let Some(driver) = self.path(ToolId::Chromedriver) {
            env.push(("CHROMEDRIVER".into(), driver.into()));
        }
        if let Some(folder) = toolchain {
            env.push(("RUSTUP_TOOLCHAIN".into(), folder.into()));
            // The cargo that started the runner left its own path here, and nextest would use it.
            env.push(("CARGO".into(), folder.join("bin/cargo").into()));
        }
        env
    }

    fn search_path(&self, toolchain: Option<&Path>) -> OsString {
        // The compiler is on PATH too, for machines without rustup.
        let compiler = toolchain.map(|folder| folder.join("bin"));
        // A tool found elsewhere (a private copy's wrappers and PostgreSQL's folder aren't on PATH) must be the one
        // that is found by name, even if PATH has another, which was passed over.
        let apart = self
            .found
            .values()
            .filter(|found| found.toolchain.is_none());
        let apart = apart.filter_map(|found| found.path.parent());
        let apart = apart.filter(|folder| !self.path.iter().any(|known| known == folder));
        let apart = apart.filter(|folder| **folder != self.own && folder.ends_with("bin"));
        let apart: BTreeSet<_> = apart.map(Path::to_owned).collect();
        let folders = [self.own.clone()].into_iter().chain(compiler).chain(apart);
        // The machine's own pkg-config comes before a private one.
        let folders = folders
            .chain(self.path.iter().cloned())
            .chain(self.linked.bin.clone());
        // A folder with a colon in its name can't be on PATH; it wasn't before, either.
        std::env::join_paths(folders.filter(|folder| !folder.to_string_lossy().contains(':')))
            .unwrap_or_default()
    }
}

/// Every tool of the table.
pub fn all() -> BTreeSet<ToolId> {
    TOOLS.iter().map(|tool| tool.id).collect()
}

/// The tools that an exercise needs: those of its backends, and those that it names itself.
///
/// # Errors
/// The first of `needs` that the table of tools doesn't have.
pub fn required<'a>(
    backends: impl IntoIterator<Item = BackendKind>,
    needs: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<ToolId>, UnknownNeed> {
    let mut tools: BTreeSet<_> = backends.into_iter().flat_map(of_backend).collect();
    for need in needs {
        tools.insert(ToolId::named(need).ok_or_else(|| UnknownNeed(need.to_owned()))?);
        if need == ToolId::Chromium.tool().name {
            tools.insert(ToolId::Chromedriver);
        }
    }
    Ok(tools)
}

/// The tools that `exercises` need between them. A need that the table doesn't have is left to
/// `audit` and to the exercise's own verdict.
pub fn of_exercises<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> BTreeSet<ToolId> {
    exercises.into_iter().flat_map(of_exercise).collect()
}

/// The tools that one exercise needs.
pub fn of_exercise(exercise: &Exercise) -> BTreeSet<ToolId> {
    let backends = exercise
        .backends
        .iter()
        .flat_map(|backend| of_backend(*backend));
    let needs = required([], exercise.needs.iter().map(String::as_str));
    backends.chain(needs.unwrap_or_default()).collect()
}

/// A need that the table of tools doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownNeed(pub String);

impl std::fmt::Display for UnknownNeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
        write!(
            f,
            "`needs` names `{}`, and xtask/src/setup/tools.rs has no such tool; it has ",
            self.0
        )?;
        f.write_str(&known.join(", "))
    }
}

impl std::error::Error for UnknownNeed {}

/// What a backend can't do without: it names its tools as the table does.
pub fn of_backend(backend: BackendKind) -> impl Iterator<Item = ToolId> {
    let names = backend.backend().tools.iter();
    // The table has them all: a test of `run::tools` sees to it.
    names.filter_map(|name| ToolId::named(name))
}
