//! How long two threads take to add at the same time. For people: no verdict depends on it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use performance_false_sharing::ShardedCounter;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long it takes until two threads have both called `add` so many times, each with its own number.
fn two_threads(times: u64, add: impl Fn(usize) + Sync) -> Duration {
    let start = Barrier::new(2);
    thread::scope(|scope| {
        let threads = [0, 1].map(|number| {
            let (start, add) = (&start, &add);
            scope.spawn(move || {
                start.wait();
                let begin = Instant::now();
                for _ in 0..times {
                    add(black_box(number));
                }
                begin.elapsed()
            })
        });
        let took = threads.map(|thread| thread.join().expect("additions don't panic"));
        took[0].max(took[1])
    })
}

fn additions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("two threads add");
    group.throughput(Throughput::Elements(2));

    let one = AtomicU64::new(0);
    group.bench_function("to one atomic", |bencher| {
        bencher
            .iter_custom(|times| two_threads(times, |_| _ = one.fetch_add(1, Ordering::Relaxed)));
    });

    let neighbours = [const { AtomicU64::new(0) }; 2];
    group.bench_function("to neighbours in an array", |bencher| {
        bencher.iter_custom(|times| {
            two_threads(times, |number| {
                neighbours[number].fetch_add(1, Ordering::Relaxed);
            })
        });
    });

    let sharded = ShardedCounter::new(const { NonZeroUsize::new(2).unwrap() });
    group.bench_function("to a sharded counter", |bencher| {
        bencher.iter_custom(|times| two_threads(times, |_| sharded.add(1)));
    });
    group.finish();
}

criterion_group!(benches, additions);
criterion_main!(benches);
