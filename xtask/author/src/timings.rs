//! Where an audit's time goes: every process is metered, and compiler and linker are told apart.
//!
//! What is metered is processor time, which other work on the machine hardly changes. Processes take turns, so that
//! each one's share can be told: the kernel counts what all children that have ended took together.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use workbook_run::exec::{Background, Cmd, Executor, Output, Real};

/// Says that this program stands in for `rustc` or `linker`.
const ROLE: &str = "WORKBOOK_METERED";
/// The file that such a program adds its time to.
const FILE: &str = "WORKBOOK_METERED_FILE";
/// The kernel's unit of these times: a hundredth of a second, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// What processes are started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Compilers of the exercises' own packages.
    Compile,
    /// Linkers of those.
    Link,
    /// What else building takes: cargo itself, and dependencies that are not built yet.
    Cargo,
    /// Listing and running tests, with what these start themselves.
    Tests,
    /// rustfmt, and clippy for references and gates.
    Lints,
    /// All else: examples in doc comments, wasm-pack, metadata.
    Other,
}

impl Phase {
    /// All of them, in a table's order.
    pub const ALL: [Self; 6] = [
        Self::Compile,
        Self::Link,
        Self::Cargo,
        Self::Tests,
        Self::Lints,
        Self::Other,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Link => "link",
            Self::Cargo => "cargo",
            Self::Tests => "tests",
            Self::Lints => "lints",
            Self::Other => "other",
        }
    }

    /// Of a command as a person would type it; a build is divided later.
    fn of(line: &str) -> Self {
        let begins = |word: &str| line.starts_with(word);
        if begins("cargo build ") {
            Self::Cargo
        } else if begins("cargo-nextest ") {
            Self::Tests
        } else if begins("cargo clippy ") || begins("rustfmt ") {
            Self::Lints
        } else {
            Self::Other
        }
    }
}

/// Processor time by phase, and how many processes the runner started.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// The time in each phase.
    pub by_phase: BTreeMap<Phase, Duration>,
    /// Processes that the runner started itself.
    pub starts: usize,
}

impl Times {
    /// All phases together.
    pub fn total(&self) -> Duration {
        self.by_phase.values().sum()
    }

    fn add(&mut self, phase: Phase, time: Duration) {
        *self.by_phase.entry(phase).or_default() += time;
    }
}

/// An executor that meters what it runs, one process at a time.
pub struct Meter {
    real: Real,
    /// This program, which stands in for compiler and linker.
    exe: PathBuf,
    /// Where the stand-ins leave their times.
    file: PathBuf,
    times: Arc<Mutex<Times>>,
}

impl Meter {
    /// A meter for what `real` runs, which adds to `times`; stand-ins for compilers, which `exe` is, write to `file`.
    pub fn new(real: Real, exe: PathBuf, file: PathBuf, times: Arc<Mutex<Times>>) -> Self {
        Self {
            real,
            exe,
            file,
            times,
        }
    }
}

/// What was metered since this was last asked.
pub fn take(times: &Mutex<Times>) -> Times {
    std::mem::take(&mut times.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Executor for Meter {
    fn run(&self, cmd: &Cmd) -> io::Result<Output> {
        let phase = Phase::of(&cmd.line());
        let cmd = if phase == Phase::Cargo {
            cmd.clone()
                .env("RUSTC_WORKSPACE_WRAPPER", &self.exe)
                .env(ROLE, "rustc")
                .env(FILE, &self.file)
        } else {
            cmd.clone()
        };
        // Held while the process runs: see above.
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = fs::remove_file(&self.file);
        let before = of_children()?;
        let output = self.real.run(&cmd);
        let mut took = of_children()?.saturating_sub(before);
        for (phase, time) in noted(&self.file) {
            took = took.saturating_sub(time);
            times.add(phase, time);
        }
        times.add(phase, took);
        times.starts += 1;
        output
    }

    fn start(&self, cmd: &Cmd) -> Background {
        self.real.start(cmd)
    }
}

/// What stand-ins noted: a compiler's time without its linker's.
fn noted(file: &Path) -> Vec<(Phase, Duration)> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let note = |line: &str| {
        let (word, ticks) = line.split_once(' ')?;
        let phase = Phase::ALL.into_iter().find(|phase| phase.name() == word)?;
        Some((phase, TICK * ticks.parse().ok()?))
    };
    text.lines().filter_map(note).collect()
}

/// The processor time of all children of this process that have ended, and of theirs.
fn of_children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    Ok(TICK * ticks_of_children(&stat).ok_or(io::ErrorKind::InvalidData)?)
}

/// Fields 16 and 17 of `/proc/PID/stat`; the name in parentheses may hold anything.
fn ticks_of_children(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// Stands in for a compiler or a linker where a [`Meter`] asked for that, and is done then.
pub fn stand_in() -> Option<ExitCode> {
    let role = env::var(ROLE).ok()?;
    let args: Vec<String> = env::args().skip(1).collect();
    // What a command starts inherits the variable, and stands in for nobody.
    let done = match role.as_str() {
        "rustc" => stand_in_for_rustc(&args),
        "linker" => metered("link", "cc", &args, &[]),
        _ => return None,
    };
    Some(done.unwrap_or(ExitCode::FAILURE))
}

fn stand_in_for_rustc(args: &[String]) -> io::Result<ExitCode> {
    let (rustc, args) = args.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut args = args.to_vec();
    // Boards and WebAssembly have linkers of their own.
    if !args
        .iter()
        .any(|arg| arg == "--target" || arg.starts_with("--target="))
    {
        args.push("-Clinker=".to_owned() + &env::current_exe()?.to_string_lossy());
    }
    metered("compile", rustc, &args, &[(ROLE, "linker")])
}

/// Runs a program with what this one was given, and notes what it took without what its own children noted meanwhile.
#[expect(
    clippy::disallowed_methods,
    reason = "it is what cargo or rustc started, with all that they gave it"
)]
fn metered(
    word: &str,
    program: &str,
    args: &[String],
    vars: &[(&str, &str)],
) -> io::Result<ExitCode> {
    let file = PathBuf::from(env::var_os(FILE).ok_or(io::ErrorKind::NotFound)?);
    let below = PathBuf::from(format!("{}-{}", file.display(), std::process::id()));
    let status = Command::new(program)
        .args(args)
        .envs(vars.iter().copied())
        .env(FILE, &below)
        .status()?;
    let notes = fs::read_to_string(&below).unwrap_or_default();
    let others: Duration = noted(&below).into_iter().map(|(_, time)| time).sum();
    let _ = fs::remove_file(&below);
    let took = of_children()?.saturating_sub(others).as_millis() / TICK.as_millis();
    let mut to = OpenOptions::new().append(true).create(true).open(file)?;
    to.write_all(format!("{notes}{word} {took}\n").as_bytes())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// A line an exercise, then the sum: seconds of processor time by phase, and of each trap on average.
pub fn table(rows: &[(String, usize, Times)]) -> String {
    let mut sum = Times::default();
    let mut traps = 0;
    for (_, count, times) in rows {
        traps += count;
        sum.starts += times.starts;
        for (phase, time) in &times.by_phase {
            sum.add(*phase, *time);
        }
    }
    let width = rows
        .iter()
        .map(|(id, ..)| id.len())
        .max()
        .unwrap_or(0)
        .max(3);
    let mut text = format!("{:width$}  answers", "");
    for phase in Phase::ALL {
        // Writing to a String cannot fail.
        let _ = write!(text, "  {:>7}", phase.name());
    }
    text.push_str("      sum  starts  s/answer\n");
    let all = ("all".to_owned(), traps, sum);
    for (id, answers, times) in rows.iter().chain([&all]) {
        let _ = write!(text, "{id:width$}  {answers:>7}");
        for phase in Phase::ALL {
            let time = times.by_phase.get(&phase).copied().unwrap_or_default();
            let _ = write!(text, "  {:>7.1}", time.as_secs_f64());
        }
        let total = times.total().as_secs_f64();
        let each = total / f64::from(u32::try_from(*answers).unwrap_or(u32::MAX).max(1));
        let _ = writeln!(text, "  {total:>7.1}  {:>6}  {each:>8.2}", times.starts);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_children_are_read() {
        let stat = "1 (a (b) c) S 0 1 1 0 -1 4194560 9 8 7 6 55 44 123 45 20 0 1 0 5 6 7";
        assert_eq!(ticks_of_children(stat), Some(168));
        assert_eq!(ticks_of_children("1 (a) S"), None);
        assert!(of_children().is_ok());
    }

    #[test]
    fn notes_are_read_and_others_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("notes");
        fs::write(&file, "link 12\ncompile 3\nnonsense 4\nlink x\n").unwrap();
        assert_eq!(
            noted(&file),
            [(Phase::Link, TICK * 12), (Phase::Compile, TICK * 3)]
        );
        assert_eq!(noted(&dir.path().join("none")), []);
    }

    #[test]
    fn a_table_has_a_row_an_exercise_and_a_sum() {
        let times = |link, tests| Times {
            by_phase: [(Phase::Link, TICK * link), (Phase::Tests, TICK * tests)].into(),
            starts: 3,
        };
        let rows = [
            ("start/add".to_owned(), 2, times(120, 80)),
            ("memory/shared-cache".to_owned(), 8, times(1000, 0)),
        ];
        insta::assert_snapshot!(table(&rows));
    }
}
