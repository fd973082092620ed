//! How long `checksum` takes.
//!
//! Yours to write: `checksum` in `src/lib.rs` is as fast as it should be, and `mutants/` holds versions of it that are slower,
//! each for other inputs. Your benchmarks must time the checksum and nothing else, and show every one of these slowdowns. How many
//! benchmarks there are, and for which lengths, is up to you; each says by `throughput` how many bytes one iteration
//! reads.

use criterion::{Criterion, criterion_group, criterion_main, measurement::Measurement};
use testing_benchmarks::{checksum, sample};

/// All benchmarks. The measurement is a parameter, because the tests count instructions where `cargo bench` takes the time.
pub fn checksums<M: Measurement + 'static>(criterion: &mut Criterion<M>) {
    criterion.bench_function("checksum", |bencher| {
        bencher.iter(|| {
            let bytes = sample(4096);
            checksum(&bytes);
        });
    });
}

criterion_group!(benches, checksums);
criterion_main!(benches);
