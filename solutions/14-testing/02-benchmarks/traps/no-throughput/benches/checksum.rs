//! How long `checksum` takes.

use std::hint::black_box;

use criterion::{
    BenchmarkId, Criterion, criterion_group, criterion_main, measurement::Measurement,
};
use testing_benchmarks::{checksum, sample};

/// A short input shows what a call costs, a long one what a byte costs, and the longest what happens when one level of
/// the cache is not enough. Some are no multiples of the eight bytes that are read at once.
const LENGTHS: [usize; 4] = [64, 1021, 4096, 65_537];

/// All benchmarks. The measurement is a parameter, because the tests count instructions where `cargo bench` takes the time.
pub fn checksums<M: Measurement + 'static>(criterion: &mut Criterion<M>) {
    let mut group = criterion.benchmark_group("checksum");
    for length in LENGTHS {
        let bytes = sample(length);
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter(|| checksum(black_box(&bytes)));
        });
    }
    group.finish();
}

criterion_group!(benches, checksums);
criterion_main!(benches);
