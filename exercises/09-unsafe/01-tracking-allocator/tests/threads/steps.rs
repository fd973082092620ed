//! Stops a thread at each of its steps in turn, by the processor's trap flag: before and after each instruction that changes something.

use std::sync::{Mutex, PoisonError};

/// One test at a time: there is one handler for the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs `call` once and notes which of its instructions change the subject. Then runs it again, each time with a new subject, and stops it before
/// or after one of these. While it is stopped, `others` runs in another thread, and in the end `check` gets what that one returned.
///
/// A call that holds a lock cannot be waited for: after a while it goes on, and `others` gets its turn when the lock is free.
///
/// Where a thread can't be stopped so, nothing is run.
pub(super) fn at_each_step<S: Sync, T, U: Send>(
    subject: impl Fn() -> S,
    call: impl Fn(&S) -> T,
    others: impl Fn(&S) -> U + Sync,
    check: impl Fn(&S, U, &str),
) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let first = subject();
    let changes = trap::changes(&first, || _ = call(&first));
    let mut stops: Vec<usize> = changes.iter().flat_map(|step| [step - 1, *step]).collect();
    stops.dedup();
    for steps in stops.into_iter().filter(|steps| *steps > 0) {
        let subject = subject();
        if let Some(seen) = trap::stopped_after(steps, || _ = call(&subject), || others(&subject)) {
            check(&subject, seen, &format!("after {steps} instructions"));
        }
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod trap {
    use std::{
        arch::asm,
        ffi::c_int,
        ptr,
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        thread,
        time::{Duration, Instant},
    };

    /// How long a thread is stopped at most.
    const PATIENCE: Duration = Duration::from_millis(20);

    /// Instructions until the thread is to stop.
    static LEFT: AtomicUsize = AtomicUsize::new(0);

    static STATE: AtomicUsize = AtomicUsize::new(RUNS);
    const RUNS: usize = 0;
    const STOPPED: usize = 1;
    const GOES_ON: usize = 2;
    const DONE: usize = 3;

    const SIGTRAP: c_int = 5;

    unsafe extern "C" {
        safe fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    }

    /// What is watched, and where its bytes were seen to change: in which step, counted from 1.
    static WATCHED: AtomicUsize = AtomicUsize::new(0);
    static LENGTH: AtomicUsize = AtomicUsize::new(0);
    static STEPS: AtomicUsize = AtomicUsize::new(0);
    static BEFORE: AtomicUsize = AtomicUsize::new(0);
    static CHANGES: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];
    static FOUND: AtomicUsize = AtomicUsize::new(0);

    /// A number that changes when one of the watched bytes does.
    fn sum() -> usize {
        let start = ptr::with_exposed_provenance::<u8>(WATCHED.load(SeqCst));
        (0..LENGTH.load(SeqCst)).fold(7, |sum: usize, at| {
            // SAFETY: the bytes are those of a value that is borrowed until watching ends, and no other thread uses it.
            let byte = unsafe { start.add(at).read_volatile() };
            sum.wrapping_mul(31).wrapping_add(usize::from(byte) + 1)
        })
    }

    /// The steps of `call` in which it changes the bytes of `subject`.
    pub(super) fn changes<S>(subject: &S, call: impl FnOnce()) -> Vec<usize> {
        FOUND.store(0, SeqCst);
        STEPS.store(0, SeqCst);
        WATCHED.store((&raw const *subject).expose_provenance(), SeqCst);
        LENGTH.store(size_of::<S>(), SeqCst);
        BEFORE.store(sum(), SeqCst);
        signal(SIGTRAP, step);
        stepped(call);
        LENGTH.store(0, SeqCst);
        let found = FOUND.load(SeqCst).min(CHANGES.len());
        CHANGES[..found]
            .iter()
            .map(|step| step.load(SeqCst))
            .collect()
    }

    fn stepped(call: impl FnOnce()) {
        // SAFETY: sets the trap flag, whose signal is handled. The stack is as before.
        unsafe { asm!("pushfq", "or qword ptr [rsp], 0x100", "popfq") };
        call();
        // SAFETY: clears the trap flag.
        unsafe { asm!("pushfq", "and qword ptr [rsp], -257", "popfq") };
    }

    /// Called after each instruction.
    extern "C" fn step(_: c_int) {
        if LENGTH.load(SeqCst) > 0 {
            let now = STEPS.fetch_add(1, SeqCst) + 1;
            let sum = sum();
            if BEFORE.swap(sum, SeqCst) != sum
                && let Some(change) = CHANGES.get(FOUND.fetch_add(1, SeqCst))
            {
                change.store(now, SeqCst);
            }
            return;
        }
        let left = LEFT.load(SeqCst);
        if left > 0 {
            LEFT.store(left - 1, SeqCst);
        }
        if left == 1 {
            STATE.store(STOPPED, SeqCst);
            let begin = Instant::now();
            while STATE.load(SeqCst) == STOPPED && begin.elapsed() < PATIENCE {
                thread::yield_now();
            }
        }
    }

    /// What `others` has returned, or `None` if `call` was over before.
    pub(super) fn stopped_after<U: Send>(
        steps: usize,
        call: impl FnOnce(),
        others: impl FnOnce() -> U + Send,
    ) -> Option<U> {
        STATE.store(RUNS, SeqCst);
        signal(SIGTRAP, step);
        thread::scope(|scope| {
            let others = scope.spawn(|| {
                loop {
                    match STATE.load(SeqCst) {
                        STOPPED => break,
                        DONE => return None,
                        _ => thread::yield_now(),
                    }
                }
                let seen = others();
                // Not if it has gone on by itself and is done.
                _ = STATE.compare_exchange(STOPPED, GOES_ON, SeqCst, SeqCst);
                Some(seen)
            });
            LEFT.store(steps, SeqCst);
            stepped(call);
            let stopped = LEFT.swap(0, SeqCst) == 0;
            if !stopped {
                STATE.store(DONE, SeqCst);
            }
            others.join().expect("the others should not panic")
        })
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod trap {
    pub(super) fn changes<S>(_: &S, _: impl FnOnce()) -> Vec<usize> {
        Vec::new()
    }

    pub(super) fn stopped_after<U: Send>(
        _: usize,
        _: impl FnOnce(),
        _: impl FnOnce() -> U + Send,
    ) -> Option<U> {
        None
    }
}
