//! What your benchmarks measure, in instructions counted under valgrind instead of time, so that the answer is the same on
//! every machine. On a mutant, a test that fails is what is wanted: the benchmark has noticed.

#[path = "support/baseline.rs"]
mod baseline;
#[allow(dead_code, unused_imports, reason = "its `main` is for `cargo bench`")]
#[path = "../benches/checksum.rs"]
mod benchmarks;
#[path = "support/counted.rs"]
mod counted;

/// What a slowdown has to exceed to be noticed: a quarter of the checksum's own cost, and what calling it in a loop may
/// cost, with whatever criterion does for each iteration.
const LOOP: f64 = 250.0;

#[test]
fn times_the_checksum_and_nothing_else() {
    // If what is timed costs more than the checksum, something else is timed with it: the set-up, as a rule. A benchmark that spends
    // nine tenths on its set-up shows a checksum of twice the cost as a tenth more, which drowns in noise.
    for benchmark in counted::run() {
        let most = benchmark.alone * 1.25 + LOOP;
        assert!(
            benchmark.timed <= most,
            "`{}` times {:.0} instructions an iteration, and the checksum of {} bytes takes {:.0}: \
             either the checksum has become slower, or something else is timed with it",
            benchmark.id,
            benchmark.timed,
            benchmark.bytes,
            benchmark.alone,
        );
        assert!(
            benchmark.allocations == 0,
            "`{}` asks for memory {} times in what it times, and the checksum asks for none: something else is timed with it, \
             such as a copy of the input",
            benchmark.id,
            benchmark.allocations,
        );
    }
}

#[test]
fn does_the_work_that_it_times() {
    // A result that nobody uses need not be computed, and the optimiser knows. What is left is an empty loop, and such a
    // benchmark never notices anything.
    for benchmark in counted::run() {
        assert!(
            benchmark.timed >= benchmark.alone * 0.75,
            "`{}` times {:.0} instructions an iteration, and the checksum of {} bytes takes {:.0}: \
             the work, or a part of it, is not done",
            benchmark.id,
            benchmark.timed,
            benchmark.bytes,
            benchmark.alone,
        );
    }
}
