//! Which instructions may run. What a processor lacks ends the program, and the machine at hand seldom lacks it. So the one test watches each
//! instruction that is executed, and the other reads in the source what was asked for.

/// What the learner wrote, without its comments.
fn source() -> String {
    let lines = include_str!("../src/lib.rs").lines();
    lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect()
}

/// The quoted words that follow each `opening` in the source.
fn quoted_after(source: &str, opening: &str) -> Vec<String> {
    let rest = source.split(opening).skip(1);
    let quoted = rest.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    quoted
        .flat_map(|words| words.split(','))
        .map(|word| word.trim().to_owned())
        .collect()
}

#[test]
fn no_feature_is_used_that_nobody_asked_for() {
    // A `Cpu` that has AVX2 proves AVX2. There are processors with AVX and without AVX2, and others with AVX2 and without FMA. To call a function that
    // is compiled for more than what was proved is undefined behaviour, even if it runs well here.
    const IMPLIED_BY_AVX2: [&str; 8] = [
        "avx2", "avx", "sse4.2", "sse4.1", "ssse3", "sse3", "sse2", "sse",
    ];
    let source = source();
    let asked = quoted_after(&source, "is_x86_feature_detected!(");
    assert!(
        asked.is_empty() || asked.iter().any(|feature| feature == "avx2"),
        "`Cpu::detect` is to ask for AVX2, and the source asks for {asked:?}"
    );
    for enabled in quoted_after(&source, "enable =") {
        assert!(
            IMPLIED_BY_AVX2.contains(&enabled.as_str()) || asked.contains(&enabled),
            "a function is compiled for `{enabled}`, but the source asks the processor for {asked:?} only"
        );
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_baseline_executes_no_avx_instruction() {
    // The processor stops after each instruction, and the test looks at the next one: an AVX instruction begins with one of three bytes that begin
    // no other. Fewer instructions than numbers are no sign of it: AVX has registers of four floats, too.
    if cfg!(target_feature = "avx") {
        eprintln!("this build may use AVX anywhere, so there is nothing to check");
        return;
    }
    let numbers: Vec<f32> = (0..1003_u16).map(f32::from).collect();
    let (sum, steps) = stepping::watch(|| performance_simd_sum::Cpu::baseline().sum(&numbers));
    assert_eq!(sum, 1002.0 * 1003.0 / 2.0, "the sum of 0, 1, … 1002");
    if steps.all == 0 {
        eprintln!("this machine lets no program single-step itself, so there is nothing to check");
        return;
    }
    assert_eq!(
        steps.avx, 0,
        "AVX instructions among the {} that `Cpu::baseline().sum(…)` executed: each would end the program on a processor \
         without AVX",
        steps.all
    );
}

/// Single-steps a piece of code, by the processor's trap flag.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod stepping {
    use std::arch::asm;
    use std::ffi::{c_int, c_void};
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    /// How many instructions were executed, outside of libraries.
    pub(super) struct Steps {
        pub(super) all: usize,
        pub(super) avx: usize,
    }

    static ALL: AtomicUsize = AtomicUsize::new(0);
    static AVX: AtomicUsize = AtomicUsize::new(0);

    /// As glibc and musl have it.
    #[repr(C)]
    struct SigAction {
        handler: usize,
        mask: [u64; 16],
        flags: c_int,
        restorer: usize,
    }

    unsafe extern "C" {
        fn sigaction(signal: c_int, new: *const SigAction, old: *mut SigAction) -> c_int;
        // The ends of the program's own code, from the linker. A library may choose AVX by itself, as `memcpy` does.
        static __executable_start: u8;
        static etext: u8;
    }

    const SIGTRAP: c_int = 5;
    const SA_SIGINFO: c_int = 4;

    /// Called before each instruction.
    extern "C" fn step(_: c_int, _: *mut c_void, context: *const usize) {
        // In a `ucontext_t`, the registers begin after five words, and the 17th of them is the instruction pointer.
        // SAFETY: the kernel passes a whole `ucontext_t`.
        let next = unsafe { *context.add(5 + 16) };
        if ((&raw const __executable_start).addr()..(&raw const etext).addr()).contains(&next) {
            ALL.fetch_add(1, Relaxed);
            // SAFETY: the processor is about to execute it, so it can be read.
            let first = unsafe { *std::ptr::with_exposed_provenance::<u8>(next) };
            if matches!(first, 0xc4 | 0xc5 | 0x62) {
                AVX.fetch_add(1, Relaxed);
            }
        }
    }

    pub(super) fn watch<T>(work: impl FnOnce() -> T) -> (T, Steps) {
        let action = SigAction {
            handler: step as *const () as usize,
            mask: [0; 16],
            flags: SA_SIGINFO,
            restorer: 0,
        };
        // SAFETY: the handler reads what it is given and counts, which is allowed at any time.
        let done = unsafe { sigaction(SIGTRAP, &action, std::ptr::null_mut()) };
        assert_eq!(done, 0, "sigaction: {}", std::io::Error::last_os_error());
        // SAFETY: sets the trap flag, whose signal is handled. The stack is as before.
        unsafe { asm!("pushfq", "or qword ptr [rsp], 0x100", "popfq") };
        let result = work();
        // SAFETY: clears the trap flag.
        unsafe { asm!("pushfq", "and qword ptr [rsp], -257", "popfq") };
        let steps = Steps {
            all: ALL.load(Relaxed),
            avx: AVX.load(Relaxed),
        };
        (result, steps)
    }
}
