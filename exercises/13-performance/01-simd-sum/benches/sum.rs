//! How long a sum takes, by the length of the slice. For people: no verdict depends on it.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use performance_simd_sum::sum;
use std::hint::black_box;

fn sums(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sum");
    // The first two fit the caches of the first and the second level; the last fits neither. Multiples of 8, because
    // the naive version is measured too.
    for length in [1 << 10, 1 << 15, 1 << 21] {
        let numbers: Vec<f32> = (0..length).map(|i| i as f32 * 1e-6).collect();
        group.throughput(Throughput::Elements(length));
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter(|| sum(black_box(&numbers)));
        });
    }
    group.finish();
}

criterion_group!(benches, sums);
criterion_main!(benches);
