//! How long `checksum` takes.

use std::hint::black_box;

use criterion::{
    BenchmarkId, Criterion, Throughput, criterion_group, criterion_main, measurement::Measurement,
};
use testing_benchmarks::{checksum, sample};

/// A page.
const LENGTHS: [usize; 1] = [4096];

/// All benchmarks. The measurement is a parameter, because the tests count instructions where `cargo bench` takes the time.
pub fn checksums<M: Measurement + 'static>(criterion: &mut Criterion<M>) {
    let mut group = criterion.benchmark_group("checksum");
    for length in LENGTHS {
        let bytes = sample(length);
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter(|| checksum(black_box(&bytes)));
        });
    }
    group.finish();
}

criterion_group!(benches, checksums);
criterion_main!(benches);
