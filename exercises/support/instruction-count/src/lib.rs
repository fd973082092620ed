//! Counts what a piece of code costs: instructions, branches, cache misses.
//!
//! A wall clock on a shared machine measures its other tenants too, so no test should fail by it. Callgrind, a tool
//! of [valgrind](https://valgrind.org/docs/manual/cl-manual.html), runs the code on a simulated processor and counts.
//! The counts are the same from run to run and hardly depend on the machine, which makes them fit for a verdict:
//! always one relative to something that the same call measured.
//!
//! ```no_run
//! use std::hint::black_box;
//!
//! # fn main() -> Result<(), instruction_count::Error> {
//! let numbers: Vec<u64> = (0..1000).collect();
//! let [by_loop, by_formula] = instruction_count::measure([
//!     &mut || { black_box(black_box(&numbers).iter().sum::<u64>()); },
//!     &mut || { let n = black_box(&numbers).len() as u64; black_box(n * (n - 1) / 2); },
//! ])?;
//! assert!(by_formula.instructions * 10 < by_loop.instructions, "{by_formula} against {by_loop}");
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! [`measure`] starts the running test binary again, under valgrind, and has it run the same test and no other. The
//! second process reaches the same call of `measure`; there it runs each piece of work inside a marked function, the
//! only one in which callgrind collects, and exits. The first process reads the counts and goes on with the test.
//!
//! So whatever stands before the call runs in both processes, where it costs time but isn't counted, and should do
//! the same in both. Whatever stands after the call runs in the first process only.
//!
//! # What to keep in mind
//!
//! * One call of `measure` a test. Give it all the work that is to be compared.
//! * Wrap inputs and results in [`std::hint::black_box`], or the optimiser may compute the answer beforehand.
//! * Each piece of work runs once, on caches that hold what the test has touched before. A table that is filled on
//!   first use is counted, unless the test uses it before.
//! * The simulated processor has AVX2 and FMA, and no AVX-512.
//! * It runs some fifty times slower than the real one: a million instructions are plenty.
//! * Counts of a `HashMap` vary, since its keys do.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fmt, fs, io, thread};

mod callgrind;

/// Tells the second process that it is one, and which test it is to measure.
const CHILD: &str = "WORKBOOK_INSTRUCTION_COUNT";

/// The caches of the simulated processor: size in bytes, ways, bytes a line. Fixed, so that misses do not depend on
/// the machine. Without them, callgrind copies those of the processor at hand.
const CACHES: [&str; 3] = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"];

thread_local! {
    static MEASURED: Cell<bool> = const { Cell::new(false) };
}

/// What one piece of work cost.
///
/// The cost of calling it has been subtracted: an empty closure costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Instructions executed.
    pub instructions: u64,
    /// Conditional branches executed.
    pub branches: u64,
    /// Branches, conditional and indirect, that a simple predictor guessed wrong.
    pub mispredicted: u64,
    /// Reads and writes of memory.
    pub accesses: u64,
    /// Accesses that missed the first-level data cache (32 KiB, 8 ways, lines of 64 bytes).
    pub l1_misses: u64,
    /// Accesses that missed the last-level cache (8 MiB, 16 ways, lines of 64 bytes) too.
    pub memory_misses: u64,
}

impl Cost {
    /// Instructions for each of `elements`.
    #[must_use]
    pub fn per_element(&self, elements: usize) -> f64 {
        self.instructions as f64 / elements as f64
    }

    fn without(self, base: Self) -> Self {
        Self {
            instructions: self.instructions.saturating_sub(base.instructions),
            branches: self.branches.saturating_sub(base.branches),
            mispredicted: self.mispredicted.saturating_sub(base.mispredicted),
            accesses: self.accesses.saturating_sub(base.accesses),
            l1_misses: self.l1_misses.saturating_sub(base.l1_misses),
            memory_misses: self.memory_misses.saturating_sub(base.memory_misses),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} instructions ({} of {} branches mispredicted, {} of {} accesses missed L1)",
            self.instructions, self.mispredicted, self.branches, self.l1_misses, self.accesses
        )
    }
}

/// Why there are no counts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no valgrind to run.
    #[error(
        "valgrind is not installed: `sudo apt-get install valgrind` on Debian and Ubuntu, `sudo dnf install valgrind` \
         on Fedora, or see https://valgrind.org/downloads"
    )]
    NoValgrind,
    /// A test called [`measure`] a second time.
    #[error("a test may call `measure` once: give that call all the work that is to be compared")]
    Twice,
    /// The name of the running test could not be found out.
    #[error(
        "the name of the running test is unknown: call `measure` on the test's own thread, and run it with nextest"
    )]
    NoTestName,
    /// The work, or what the test does before it, failed under valgrind.
    #[error("the measured code did not finish under valgrind ({status}):\n{output}")]
    Unfinished {
        /// How the process ended.
        status: process::ExitStatus,
        /// What it wrote, valgrind's own remarks included.
        output: String,
    },
    /// Callgrind wrote something that does not look like counts.
    #[error("{}: not a profile of callgrind's", .0.display())]
    BadProfile(PathBuf),
    /// A process could not be started, or a temporary file not be written or read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs each piece of work once under callgrind and returns their costs in the same order.
///
/// To be called from a `#[test]`, once, on the test's own thread; see the [crate's page](crate) for what that entails.
///
/// # Errors
///
/// When valgrind is missing, the work panics or exits, or the call breaks one of the rules above.
pub fn measure<const N: usize>(works: [&mut dyn FnMut(); N]) -> Result<[Cost; N], Error> {
    let test = test_name().ok_or(Error::NoTestName)?;
    if env::var(CHILD).is_ok_and(|wanted| wanted == test) {
        run_and_exit(works);
    }
    if MEASURED.replace(true) {
        return Err(Error::Twice);
    }
    let folder = Temporary::new()?;
    let costs = costs_under("valgrind", &test, N + 1, &folder.0)?;
    let (base, costs) = (costs[0], &costs[1..]);
    Ok(std::array::from_fn(|i| costs[i].without(base)))
}

/// The second process: the empty closure comes first and tells what a call costs.
fn run_and_exit<const N: usize>(works: [&mut dyn FnMut(); N]) -> ! {
    workbook_instruction_count_marker(&mut || {});
    for work in works {
        workbook_instruction_count_marker(work);
    }
    process::exit(0)
}

/// Where callgrind collects: it finds the function by this name, so the name must survive into the binary.
#[unsafe(no_mangle)]
#[inline(never)]
extern "Rust" fn workbook_instruction_count_marker(work: &mut dyn FnMut()) {
    work();
    // Keeps `work` from becoming a tail call, which would end the marked function too early.
    std::hint::black_box(());
}

/// The running test's name, as `--exact` takes it.
///
/// Nextest tells. Failing that, the test harness names the thread, unless it runs all tests on the main one.
fn test_name() -> Option<String> {
    env::var("NEXTEST_TEST_NAME")
        .ok()
        .or_else(|| env::var(CHILD).ok())
        .or_else(|| {
            thread::current()
                .name()
                .filter(|name| *name != "main")
                .map(str::to_owned)
        })
}

/// Starts the second process. It needs no time limit of its own: nextest ends a test's whole process tree.
fn costs_under(
    valgrind: &str,
    test: &str,
    count: usize,
    folder: &Path,
) -> Result<Vec<Cost>, Error> {
    const MARKER: &str = "workbook_instruction_count_marker";
    let profile = folder.join("profile");
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--cache-sim=yes", "--branch-sim=yes"])
        .args(CACHES)
        .arg(format!("--toggle-collect={MARKER}"))
        // The counts go to a file of their own, and back to zero, after each piece of work.
        .arg(format!("--dump-after={MARKER}"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe()?)
        .args([
            test,
            "--exact",
            "--include-ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(CHILD, test)
        // Under valgrind, a backtrace takes seconds.
        .env("RUST_BACKTRACE", "0")
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::NoValgrind,
            _ => Error::Io(error),
        })?;
    let parts: Vec<PathBuf> = (1..=count)
        .map(|part| folder.join(format!("profile.{part}")))
        .collect();
    if !output.status.success() || !parts.iter().all(|part| part.is_file()) {
        let text = [output.stdout, output.stderr].concat();
        return Err(Error::Unfinished {
            status: output.status,
            output: String::from_utf8_lossy(&text).into_owned(),
        });
    }
    let read = |part: PathBuf| {
        callgrind::parse(&fs::read_to_string(&part)?).ok_or(Error::BadProfile(part))
    };
    parts.into_iter().map(read).collect()
}

/// A folder that goes away with the value.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("instruction-count-{}-{next}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left in the temporary folder does no harm, and a destructor has nobody to tell.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Temporary, costs_under};

    #[test]
    fn says_how_to_install_a_missing_valgrind() {
        let folder = Temporary::new().unwrap();
        let error = costs_under("no-such-valgrind", "test", 1, &folder.0).unwrap_err();
        assert!(matches!(error, Error::NoValgrind), "{error}");
        assert!(
            error.to_string().contains("apt-get install valgrind"),
            "{error}"
        );
    }

    #[test]
    fn the_temporary_folder_goes_away() {
        let folder = Temporary::new().unwrap();
        let path = folder.0.clone();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());
    }
}
