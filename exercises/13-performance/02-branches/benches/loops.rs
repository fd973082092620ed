//! How long the two loops take. For people: no verdict depends on it.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use performance_branches::{keep_below, sum_varints};
use std::hint::black_box;

const LENGTH: usize = 1 << 16;

/// Numbers from 0 to 999 that look random to a branch predictor.
fn random() -> Vec<u32> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 32) % 1000) as u32
    };
    (0..LENGTH).map(|_| next()).collect()
}

fn loops(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keep below 500");
    group.throughput(Throughput::Elements(LENGTH as u64));
    let random = random();
    let mut sorted = random.clone();
    sorted.sort_unstable();
    // The same values and the same result but for the order: whatever differs is the price of wrong guesses.
    for (order, values) in [("sorted", &sorted), ("random", &random)] {
        group.bench_function(BenchmarkId::from_parameter(order), |bencher| {
            bencher.iter(|| keep_below(black_box(values), black_box(500)));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("sum varints");
    group.throughput(Throughput::Elements(LENGTH as u64));
    for every in [64, 2] {
        let mut bytes = Vec::new();
        for (index, number) in random.iter().enumerate() {
            if index % every == 0 {
                bytes.extend([*number as u8 | 0x80, 3]);
            } else {
                bytes.push(*number as u8 & 0x7f);
            }
        }
        group.bench_function(
            BenchmarkId::from_parameter(format!("one of {every} is long")),
            |bencher| bencher.iter(|| sum_varints(black_box(&bytes))),
        );
    }
    group.finish();
}

criterion_group!(benches, loops);
criterion_main!(benches);
