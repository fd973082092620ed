//! Limits for the parts of a build that come from an exercise.
//!
//! A build compiles many packages at once, dependencies among them, which may take as long as they need. So nobody
//! counts how long cargo runs. Every compiler and build script that cargo has started for one of the packages in
//! question is watched by itself, and killed with all it started if it takes too much; cargo then goes on with the rest.
//! Processor time is what counts, since on a busy machine everything takes long; one that sleeps instead is caught by
//! the clock in the end.
//!
//! This reads `/proc`, and so limits nothing where there is none.

use std::{
    collections::{HashMap, HashSet},
    env, fs,
    time::{Duration, Instant},
};

use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Pid, Signal, kill_process},
};

use super::table::Table;

/// How often processes are looked at; builds that are done before the first look cost nothing.
const OFTEN: Duration = Duration::from_millis(250);
/// The heaviest exercise takes a tenth of that on a common machine.
const PROCESSOR: Duration = Duration::from_secs(90);
/// How much longer than its processor time a compiler may run.
const PATIENCE: u32 = 5;
/// Overrides [`PROCESSOR`], in seconds, for slow machines.
const SECONDS: &str = "WORKBOOK_BUILD_SECONDS";
/// The same for memory, in MiB.
const MEBIBYTES: &str = "WORKBOOK_BUILD_MEBIBYTES";
const GIB: u64 = 1 << 30;

/// What the compilers of some packages may take, each by itself.
#[derive(Clone, Debug)]
pub struct Limits {
    packages: HashSet<String>,
    /// Processor time.
    pub processor: Duration,
    /// Resident memory, in bytes.
    pub memory: u64,
}

/// A package whose compiler was killed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// Its name.
    pub package: String,
    /// In words.
    pub why: String,
}

impl Limits {
    /// The limits for these packages: 90 s, and half of the machine's memory but at least 2 and at most 8 GiB.
    pub fn of<'a>(packages: impl IntoIterator<Item = &'a str>) -> Self {
        let number = |name| env::var(name).ok()?.parse::<u64>().ok();
        Self {
            packages: packages.into_iter().map(str::to_owned).collect(),
            processor: number(SECONDS).map_or(PROCESSOR, Duration::from_secs),
            memory: number(MEBIBYTES).map_or_else(
                || (total_memory() / 2).clamp(2 * GIB, 8 * GIB),
                |mebibytes| mebibytes << 20,
            ),
        }
    }

    /// What is wrong with a process that has taken so much.
    fn exceeded(&self, processor: Duration, clock: Duration, memory: u64) -> Option<String> {
        if memory > self.memory {
            let gib = self.memory as f64 / GIB as f64;
            Some(format!(
                "the compiler took more than {gib:.1} GiB of memory, and was stopped: a macro or a type that grows without end does that"
            ))
        } else if processor > self.processor || clock > self.processor * PATIENCE {
            let seconds = self.processor.as_secs();
            Some(format!(
                "the compiler worked on it for more than {seconds} s, and was stopped: an endless `const`, macro or type does that ({SECONDS} gives a slow machine more)"
            ))
        } else {
            None
        }
    }
}

fn total_memory() -> u64 {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kib.unwrap_or(0_u64) << 10
}

/// Watches what one process starts.
pub(super) struct Watch<'a> {
    limits: &'a Limits,
    looked: Instant,
    first_seen: HashMap<Pid, Instant>,
    pub(super) overruns: Vec<Overrun>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            looked: Instant::now(),
            first_seen: HashMap::new(),
            overruns: Vec::new(),
        }
    }

    /// Kills what has taken too much, if it is time to look.
    pub(super) fn look(&mut self, root: Pid) {
        if self.looked.elapsed() < OFTEN {
            return;
        }
        self.looked = Instant::now();
        let table = Table::read();
        let units = self.units(&table, root);
        // An id that is gone may come again for another process.
        self.first_seen
            .retain(|pid, _| units.iter().any(|(unit, _)| unit == pid));
        for (unit, package) in units {
            let since = *self.first_seen.entry(unit).or_insert_with(Instant::now);
            let tree = table.tree(unit);
            let members = tree.iter().filter_map(|pid| table.processes.get(pid));
            let (ticks, pages) = members.fold((0, 0), |(ticks, pages), process| {
                (ticks + process.ticks, pages + process.pages)
            });
            let processor = Duration::from_millis(ticks * 1000 / clock_ticks_per_second());
            let memory = pages * page_size() as u64;
            if let Some(why) = self.limits.exceeded(processor, since.elapsed(), memory) {
                for pid in tree {
                    // What is gone already needs no killing.
                    let _ = kill_process(pid, Signal::KILL);
                }
                self.overruns.push(Overrun { package, why });
            }
        }
    }

    /// The topmost processes below `root` that work for one of the packages.
    fn units(&self, table: &Table, root: Pid) -> Vec<(Pid, String)> {
        let mut found = Vec::new();
        table.tree_where(root, |pid| {
            let package = package_of(pid).filter(|one| self.limits.packages.contains(one));
            let is_unit = package.is_some();
            found.extend(package.map(|package| (pid, package)));
            !is_unit
        });
        found
    }
}

/// Cargo tells each process that it starts for a package the package's name.
fn package_of(pid: Pid) -> Option<String> {
    let environ = fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero())).ok()?;
    let mut variables = environ.split(|&byte| byte == 0);
    let name = variables.find_map(|pair| pair.strip_prefix(b"CARGO_PKG_NAME="))?;
    String::from_utf8(name.to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_counts_by_itself() {
        let limits = Limits {
            packages: HashSet::new(),
            processor: Duration::from_secs(10),
            memory: GIB,
        };
        let second = Duration::from_secs(1);
        assert_eq!(limits.exceeded(10 * second, 50 * second, GIB), None);
        let why = |processor, clock, memory| limits.exceeded(processor, clock, memory).unwrap();
        assert!(why(11 * second, second, 0).contains("10 s"));
        assert!(why(second, 51 * second, 0).contains("10 s"));
        assert!(why(second, second, GIB + 1).contains("1.0 GiB"));
    }
}
