//! When a burst of values ends, and with which of them: compared with a model, for many schedules.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

/// Values come at these times; their values are their numbers. Then, at `gone`, the senders go. In milliseconds.
#[derive(Clone, Debug)]
struct Schedule {
    quiet: u64,
    limit: u64,
    times: Vec<u64>,
    gone: u64,
}

impl Schedule {
    /// What call after call returns, and when, up to the first `None`. `None` in place of all that where a value comes
    /// so close to the end of a burst that the promise leaves open to which one it belongs.
    fn expected(&self) -> Option<Vec<(Option<usize>, u64)>> {
        let mut calls = Vec::new();
        let mut next = 0;
        while next < self.times.len() {
            let first = self.times[next];
            let mut last = next;
            next += 1;
            let end = loop {
                let end = (self.times[last] + self.quiet).min(first + self.limit);
                let Some(&time) = self.times.get(next) else {
                    break end.min(self.gone);
                };
                if time.abs_diff(end) < 5 {
                    return None;
                }
                if time > end {
                    break end;
                }
                last = next;
                next += 1;
            };
            calls.push((Some(last), end));
        }
        calls.push((None, self.gone.max(calls.last().map_or(0, |&(_, end)| end))));
        Some(calls)
    }

    async fn check(&self) -> bool {
        let Some(expected) = self.expected() else {
            return false;
        };
        let (sender, mut input) = mpsc::channel(self.times.len().max(1));
        let start = Instant::now();
        let at = move |time| start + Duration::from_millis(time);
        let schedule = self.clone();
        tokio::spawn(async move {
            for (value, time) in schedule.times.into_iter().enumerate() {
                sleep_until(at(time)).await;
                if sender.send(value).await.is_err() {
                    return;
                }
            }
            sleep_until(at(schedule.gone)).await;
        });
        let pace = Pace {
            quiet: Duration::from_millis(self.quiet),
            limit: Duration::from_millis(self.limit),
        };
        for (result, time) in expected {
            let came = timeout(Duration::from_secs(100_000), settled(&mut input, pace))
                .await
                .unwrap_or_else(|_| panic!("a call never ends: {self:?}"));
            assert_eq!(
                (came, start.elapsed()),
                (result, Duration::from_millis(time)),
                "{self:?}"
            );
        }
        true
    }
}

/// A small generator, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[tokio::test(start_paused = true)]
async fn random_schedules_go_as_the_model_says() {
    let mut random = Random(7);
    let mut checked = 0;
    for _ in 0..600 {
        let quiet = 100 + 100 * random.below(5);
        let limit = 100 + 100 * random.below(12);
        let mut time = random.below(3) * 700;
        let mut times = Vec::new();
        for _ in 0..random.below(12) {
            times.push(time);
            time += match random.below(4) {
                0 => 0,
                1 => random.below(90),
                2 => random.below(quiet),
                _ => quiet / 2 + random.below(quiet),
            };
        }
        let gone = time + random.below(2 * quiet);
        let schedule = Schedule {
            quiet,
            limit,
            times,
            gone,
        };
        checked += u32::from(schedule.check().await);
    }
    assert!(checked > 300, "only {checked} of them decide anything");
}

/// The picture of the page, and some more that should not be left to chance.
#[tokio::test(start_paused = true)]
async fn chosen_schedules_go_as_the_model_says() {
    let schedules: [(u64, u64, &[u64], u64); 8] = [
        (300, 1000, &[0, 200, 400], 100_000),
        (300, 1000, &[0], 100_000),
        (300, 1000, &[3_600_000], 10_000_000),
        (300, 1000, &[500, 700, 900, 1100, 1300, 1480, 1600], 100_000),
        (900, 200, &[0, 150, 300], 100_000),
        (300, 1000, &[0, 100], 150),
        (300, 1000, &[], 0),
        (300, 1000, &[], 50_000),
    ];
    for (quiet, limit, times, gone) in schedules {
        let schedule = Schedule {
            quiet,
            limit,
            times: times.to_vec(),
            gone,
        };
        assert!(schedule.check().await, "{schedule:?} decides nothing");
    }
}

/// All tasks share one thread here: what blocks it stops the time of the others.
#[tokio::test(start_paused = true)]
async fn the_thread_is_not_blocked() {
    let (sender, mut input) = mpsc::channel(1);
    let pace = Pace {
        quiet: Duration::from_millis(20),
        limit: Duration::from_millis(50),
    };
    sender.send(()).await.unwrap();
    let ticks = tokio::spawn(async {
        let mut ticks = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(3)).await;
            ticks += 1;
            if ticks == 6 {
                return Instant::now();
            }
        }
    });
    let start = Instant::now();
    assert_eq!(settled(&mut input, pace).await, Some(()));
    assert_eq!(start.elapsed(), Duration::from_millis(20));
    assert!(ticks.is_finished());
}
