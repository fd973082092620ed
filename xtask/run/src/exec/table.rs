//! The processes of this machine, from `/proc`; none where there is no such thing.

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use rustix::process::Pid;

/// The processes of this machine at a moment.
#[derive(Default)]
pub(super) struct Table {
    pub(super) processes: HashMap<Pid, Process>,
    children: HashMap<Pid, Vec<Pid>>,
}

/// What a process has taken, with those of its children that have ended.
pub(super) struct Process {
    /// Processor time, in the system's ticks.
    pub(super) ticks: u64,
    /// Resident memory, in pages.
    pub(super) pages: u64,
}

impl Table {
    pub(super) fn read() -> Self {
        let mut table = Self::default();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.parse().ok());
            let Some(pid) = number.and_then(Pid::from_raw) else {
                continue;
            };
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            if let Some((parent, process)) = Process::parse(&stat) {
                table.children.entry(parent).or_default().push(pid);
                table.processes.insert(pid, process);
            }
        }
        table
    }

    /// A process and all below it, itself first.
    pub(super) fn tree(&self, root: Pid) -> Vec<Pid> {
        self.tree_where(root, |_| true)
    }

    /// The same, without what is below a process that `goes_on` refuses.
    pub(super) fn tree_where(&self, root: Pid, mut goes_on: impl FnMut(Pid) -> bool) -> Vec<Pid> {
        // Processes end and begin while they are read, and an id may be in two places: none is gone through twice.
        let mut seen = HashSet::from([root]);
        let mut tree = vec![root];
        let mut at = 0;
        while let Some(&pid) = tree.get(at) {
            at += 1;
            if goes_on(pid) {
                let children = self.children.get(&pid).into_iter().flatten();
                tree.extend(children.filter(|child| seen.insert(**child)));
            }
        }
        tree
    }
}

impl Process {
    /// From `/proc/PID/stat`, with the parent: its fields are numbered from 1 in proc(5), and the second, a name in
    /// parentheses, may hold anything.
    fn parse(stat: &str) -> Option<(Pid, Self)> {
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        let parent = Pid::from_raw(i32::try_from(field(4)?).ok()?)?;
        let ticks = field(14)? + field(15)? + field(16)? + field(17)?;
        let pages = field(24)?;
        Some((parent, Self { ticks, pages }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_is_read_whatever_the_name() {
        let stat = "77 (a ) b) S 5 77 77 0 -1 4 1 2 3 4 100 20 3 4 20 0 1 0 9 1000 42 1 1 1";
        let (parent, process) = Process::parse(stat).unwrap();
        assert_eq!(parent, Pid::from_raw(5).unwrap());
        assert_eq!((process.ticks, process.pages), (127, 42));
    }

    #[test]
    fn a_circle_of_ids_is_gone_through_once() {
        let pid = |number| Pid::from_raw(number).unwrap();
        let table = Table {
            children: HashMap::from([(pid(1), vec![pid(2)]), (pid(2), vec![pid(1), pid(3)])]),
            ..Table::default()
        };
        assert_eq!(table.tree(pid(1)), [pid(1), pid(2), pid(3)]);
        let above = table.tree_where(pid(1), |one| one != pid(2));
        assert_eq!(above, [pid(1), pid(2)]);
    }
}
