//! Runs the benchmarks under callgrind, with a measurement that counts instructions.
//!
//! The test's own process starts itself again under valgrind. There the benchmarks run with [`Work`], which has callgrind
//! collect between `start` and `end` and write each stretch's count to a file of its own, a *part*. Criterion takes a stretch's
//! "time" to be a number that stands for its parts, and writes it to its report, beside how many iterations it had.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    env, fs,
    hint::black_box,
    path::Path,
    process::Command,
};

use criterion::{
    Criterion, Throughput,
    measurement::{Measurement, ValueFormatter},
};
use serde_json::Value;

use crate::{baseline, benchmarks};

const CHILD: &str = "WORKBOOK_COUNTED";

/// What one benchmark measures.
pub struct Benchmark {
    /// Its name.
    pub id: String,
    /// How many bytes it says that an iteration reads.
    pub bytes: usize,
    /// Instructions timed, for each iteration.
    pub timed: f64,
    /// Blocks of memory that were asked for in all that was timed.
    pub allocations: u64,
    /// Instructions of the published checksum of as many bytes.
    pub alone: f64,
}

/// Runs all benchmarks.
pub fn run() -> Vec<Benchmark> {
    if cfg!(debug_assertions) {
        panic!(
            "an unoptimised build costs what it likes: run these tests with `cargo nextest run --release`"
        );
    }
    if let Ok(folder) = env::var(CHILD) {
        child(Path::new(&folder));
        std::process::exit(0);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let test = env::var("NEXTEST_TEST_NAME").expect("run these tests with cargo-nextest");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!(
            "--callgrind-out-file={}",
            folder.path().join("part").display()
        ))
        .arg(env::current_exe().expect("this program has a path"))
        .args([&test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder.path())
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("valgrind is installed: `cargo xtask setup` brings it");
    assert!(
        output.status.success(),
        "the benchmarks did not finish under valgrind:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    collect(folder.path())
}

/// Under valgrind: runs the benchmarks, then the published checksum for each of their lengths.
fn child(folder: &Path) {
    let work = Work::default();
    let stretches = work.stretches.clone();
    let allocated = work.allocated.clone();
    let mut criterion = Criterion::default()
        .with_measurement(work)
        .output_directory(&folder.join("criterion"))
        .without_plots()
        .sample_size(10)
        .nresamples(1001)
        .warm_up_time(std::time::Duration::from_millis(1))
        .measurement_time(std::time::Duration::from_millis(1));
    benchmarks::checksums(&mut criterion);
    let work = Work {
        parts: Cell::new(
            stretches
                .borrow()
                .values()
                .flatten()
                .copied()
                .max()
                .unwrap_or(0),
        ),
        stretches: stretches.clone(),
        allocated: allocated.clone(),
    };
    let mut alone = BTreeMap::new();
    for report in reports(folder) {
        if let Some(bytes) = bytes_of(&report) {
            let input = testing_benchmarks::sample(bytes);
            black_box(baseline::checksum(black_box(&input)));
            work.start();
            black_box(baseline::checksum(black_box(&input)));
            alone.insert(bytes, work.end(()));
        }
    }
    let notes = serde_json::json!({
        "stretches": *stretches.borrow(),
        "alone": alone,
        "allocated": *allocated.borrow(),
    });
    fs::write(folder.join("notes.json"), notes.to_string()).expect("the notes are written");
}

fn collect(folder: &Path) -> Vec<Benchmark> {
    let notes = read(&folder.join("notes.json"));
    let cost = |stretch: &Value| -> f64 {
        let parts = notes["stretches"][stretch.to_string().trim_end_matches(".0")].as_array();
        let parts = parts.expect("each stretch has parts");
        parts.iter().map(|part| part_cost(folder, part)).sum()
    };
    let allocated = |stretch: &Value| -> u64 {
        let parts = notes["stretches"][stretch.to_string().trim_end_matches(".0")].as_array();
        let parts = parts.into_iter().flatten();
        parts
            .filter_map(|part| notes["allocated"][part.to_string()].as_u64())
            .sum()
    };
    let reports = reports(folder);
    assert!(
        !reports.is_empty(),
        "there is no benchmark: `checksums` runs none"
    );
    let benchmark = |report: String| {
        let id = read(Path::new(&report))["full_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let bytes = bytes_of(&report).unwrap_or_else(|| {
            panic!("`{id}` does not say how many bytes an iteration reads: `group.throughput(Throughput::Bytes(…))`")
        });
        let samples = read(&Path::new(&report).with_file_name("sample.json"));
        let sum = |values: &Value, each: &dyn Fn(&Value) -> f64| -> f64 {
            values.as_array().into_iter().flatten().map(each).sum()
        };
        let iterations = sum(&samples["iters"], &|count| count.as_f64().unwrap_or(0.0));
        Benchmark {
            timed: sum(&samples["times"], &cost) / iterations,
            allocations: samples["times"]
                .as_array()
                .into_iter()
                .flatten()
                .map(allocated)
                .sum(),
            alone: cost(&notes["alone"][bytes.to_string()]),
            id,
            bytes,
        }
    };
    reports.into_iter().map(benchmark).collect()
}

/// The files in which criterion says what each benchmark was.
fn reports(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("criterion")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("new/benchmark.json") {
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    found
}

fn bytes_of(report: &str) -> Option<usize> {
    let throughput = &read(Path::new(report))["throughput"];
    let bytes = [
        &throughput["Bytes"],
        &throughput["BytesDecimal"],
        &throughput["ElementsAndBytes"]["bytes"],
    ];
    let bytes = bytes.into_iter().find_map(Value::as_u64)?;
    usize::try_from(bytes).ok()
}

fn read(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The instructions in one of callgrind's files.
fn part_cost(folder: &Path, part: &Value) -> f64 {
    let path = folder.join(format!("part.{part}"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    let total = line("summary: ").or_else(|| line("totals: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .unwrap_or_else(|| panic!("{} has no total", path.display()))
}

/// Counts instead of timing. A value is the number of a stretch, which has one part or, in batches, several.
#[derive(Default)]
struct Work {
    parts: Cell<u64>,
    stretches: std::rc::Rc<RefCell<BTreeMap<u64, Vec<u64>>>>,
    /// How many blocks of memory were asked for in each part.
    allocated: std::rc::Rc<RefCell<BTreeMap<u64, u64>>>,
}

impl Work {
    fn stretch(&self, parts: Vec<u64>) -> u64 {
        let mut stretches = self.stretches.borrow_mut();
        let next = stretches.len() as u64 + 1;
        stretches.insert(next, parts);
        next
    }
}

impl Measurement for Work {
    type Intermediate = ();
    type Value = u64;

    fn start(&self) {
        heap::begin();
        callgrind::toggle();
    }

    fn end(&self, (): ()) -> u64 {
        callgrind::toggle();
        callgrind::dump();
        let allocations = heap::end();
        self.parts.set(self.parts.get() + 1);
        let mut allocated = self.allocated.borrow_mut();
        allocated.insert(self.parts.get(), allocations);
        self.stretch(vec![self.parts.get()])
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        let parts = {
            let stretches = self.stretches.borrow();
            [one, other]
                .into_iter()
                .flat_map(|stretch| stretches[stretch].clone())
                .collect()
        };
        self.stretch(parts)
    }

    fn zero(&self) -> u64 {
        self.stretch(Vec::new())
    }

    fn to_f64(&self, stretch: &u64) -> f64 {
        *stretch as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Plain
    }
}

struct Plain;

impl ValueFormatter for Plain {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        "stretch"
    }

    fn scale_throughputs(&self, _: f64, _: &Throughput, _: &mut [f64]) -> &'static str {
        "stretch"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "stretch"
    }
}

/// Counts the blocks of memory that are asked for between `begin` and `end`. A copy takes few instructions, and far more time than they
/// say.
mod heap {
    use std::{
        alloc::{GlobalAlloc, Layout, System},
        sync::atomic::{AtomicU64, Ordering::Relaxed},
    };

    struct Counting;

    static COUNT: AtomicU64 = AtomicU64::new(0);

    #[global_allocator]
    static HEAP: Counting = Counting;

    // SAFETY: the requests go to the system's allocator as they are. The other methods' default bodies come here, too.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            COUNT.fetch_add(1, Relaxed);
            // SAFETY: the caller keeps the contract.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block came from the system's allocator.
            unsafe { System.dealloc(block, layout) }
        }
    }

    pub fn begin() {
        COUNT.store(0, Relaxed);
    }

    pub fn end() -> u64 {
        COUNT.load(Relaxed)
    }
}

/// Requests to callgrind: instructions that do nothing on a processor, and that valgrind knows by their order. See
/// `valgrind.h` and `callgrind.h`.
mod callgrind {
    use std::arch::asm;

    const DUMP: usize = 0x4354_0000;
    const TOGGLE: usize = DUMP + 2;

    pub fn toggle() {
        request(TOGGLE);
    }

    /// Writes what was counted to the next part, and begins again at zero.
    pub fn dump() {
        request(DUMP);
    }

    #[inline(always)]
    fn request(code: usize) {
        let arguments = [code, 0, 0, 0, 0, 0];
        // SAFETY: the rotations add up to whole turns and the exchange is with itself, so that no register but that of
        // the result changes. Valgrind reads the six words of `arguments`.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                in("rax") arguments.as_ptr(), inout("rdx") 0_usize => _,
            );
        }
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        unsafe {
            asm!(
                "ror x12, x12, #3", "ror x12, x12, #13", "ror x12, x12, #51", "ror x12, x12, #61", "orr x10, x10, x10",
                in("x4") arguments.as_ptr(), inout("x3") 0_usize => _,
            );
        }
    }
}
