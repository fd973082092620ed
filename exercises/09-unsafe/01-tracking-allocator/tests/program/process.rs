//! A test in a process of its own, with the tracker as the allocator of all of it.
//!
//! The global allocator of a test program is there before the harness is. Were it simply the tracker, one that never
//! returns would take the list of tests with it. So an environment variable decides, once for each process.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    env,
    ffi::{CStr, c_char},
    io::Read,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU8, Ordering},
    thread,
    time::{Duration, Instant},
};

use unsafe_tracking_allocator::Tracking;

/// What every block of a process of its own comes from.
pub(super) static HEAP: Tracking<System> = Tracking::new(System);

/// Set in a process that was started by [`in_a_process_of_its_own`].
const TRACKED: &CStr = c"WORKBOOK_TRACKED_HEAP";

/// How long such a process may take. It needs milliseconds: what takes longer will never end.
const LIMIT: Duration = Duration::from_secs(3);

#[global_allocator]
static ALLOCATOR: Choice = Choice;

/// The tracker or the system's allocator, for the whole life of a process.
struct Choice;

fn is_tracked() -> bool {
    const UNDECIDED: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static DECIDED: AtomicU8 = AtomicU8::new(UNDECIDED);

    unsafe extern "C" {
        // `std::env` allocates, and this is asked by an allocator.
        fn getenv(name: *const c_char) -> *const c_char;
    }
    match DECIDED.load(Ordering::Relaxed) {
        UNDECIDED => {
            // SAFETY: the name ends in a NUL. It is asked for at the first allocation, before there is a thread that
            // could change the environment.
            let is_set = unsafe { !getenv(TRACKED.as_ptr()).is_null() };
            DECIDED.store(if is_set { YES } else { NO }, Ordering::Relaxed);
            is_set
        }
        decided => decided == YES,
    }
}

// SAFETY: every request goes to one of two allocators, and within a process always to the same one.
unsafe impl GlobalAlloc for Choice {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        unsafe {
            if is_tracked() {
                HEAP.alloc(layout)
            } else {
                System.alloc(layout)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract.
        unsafe {
            if is_tracked() {
                HEAP.alloc_zeroed(layout)
            } else {
                System.alloc_zeroed(layout)
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract, and the block came from the same allocator.
        unsafe {
            if is_tracked() {
                HEAP.realloc(block, layout, new_size)
            } else {
                System.realloc(block, layout, new_size)
            }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, and the block came from the same allocator.
        unsafe {
            if is_tracked() {
                HEAP.dealloc(block, layout)
            } else {
                System.dealloc(block, layout)
            }
        }
    }
}

/// Runs `body` in another process, as the test of this name, and requires that it ends well and says nothing.
#[track_caller]
pub(super) fn in_a_process_of_its_own(name: &str, body: impl FnOnce()) {
    if is_tracked() {
        return body();
    }
    let variable = TRACKED.to_str().expect("a name in ASCII");
    let mut process = Command::new(env::current_exe().expect("the path of this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(variable, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process for the test");
    let printed = listen(process.stdout.take());
    let complained = listen(process.stderr.take());

    let begun = Instant::now();
    let end = loop {
        match process.try_wait().expect("the state of the process") {
            Some(status) => break Some(status),
            None if begun.elapsed() > LIMIT => {
                // It may have ended by itself just now.
                let _ = process.kill();
                let _ = process.wait();
                break None;
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let printed = printed.join().expect("what the process printed");
    let complained = complained.join().expect("what the process complained of");

    match end {
        None => panic!(
            "a program whose global allocator is a Tracking<System> still had not ended after {LIMIT:?}: \
             the allocator waits for itself{}",
            quote(&complained)
        ),
        Some(status) if !status.success() => panic!(
            "a program whose global allocator is a Tracking<System> {}{}",
            describe(status),
            quote(&complained)
        ),
        Some(_) => {}
    }
    // The harness says which test it runs, and how that ended.
    let is_the_harness =
        |line: &&str| line.is_empty() || line.starts_with("running ") || line.starts_with("test ");
    let stray = printed.lines().find(|line| !is_the_harness(line));
    if let Some(line) = stray.or(complained.lines().next()) {
        panic!("an allocator must not print, and this one wrote: {line}");
    }
}

/// Collects what a process writes, so that it never waits for a reader.
fn listen(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is all there is to tell.
            let _ = pipe.read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// The end of a process, with the signal where there was one.
fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by signal {signal}: did the allocator call itself?");
    }
    match status.code() {
        Some(101) => "failed".to_owned(),
        _ => format!("ended with {status}"),
    }
}

/// The first lines of what a process complained of, each on a line of its own.
fn quote(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty()).take(8);
    lines.flat_map(|line| ["\n", line]).collect()
}
