//! How long `checksum` takes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main, measurement::Measurement};
use testing_benchmarks::{checksum, sample};

/// All benchmarks. The measurement is a parameter, because the tests count instructions where `cargo bench` takes the time.
pub fn checksums<M: Measurement + 'static>(criterion: &mut Criterion<M>) {
    // ANCHOR: naive
    let mut group = criterion.benchmark_group("checksum");
    group.throughput(Throughput::Bytes(4096));
    group.bench_function("4096", |bencher| {
        bencher.iter(|| {
            let bytes = sample(4096);
            checksum(&bytes)
        });
    });
    group.finish();
    // ANCHOR_END: naive
}

criterion_group!(benches, checksums);
criterion_main!(benches);
