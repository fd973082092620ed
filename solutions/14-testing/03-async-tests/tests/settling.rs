//! When a burst of values ends, and with which of them.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{
    sync::mpsc::{self, Receiver},
    time::{Instant, sleep, sleep_until},
};

const QUIET: Duration = ms(300);
const LIMIT: Duration = ms(1000);
const PACE: Pace = Pace {
    quiet: QUIET,
    limit: LIMIT,
};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A task that sends each value at its time, counted from now, and keeps its sender for an hour beyond the last.
fn typist<const N: usize>(script: [(Duration, char); N]) -> Receiver<char> {
    let (sender, input) = mpsc::channel(1);
    let start = Instant::now();
    tokio::spawn(async move {
        for (at, value) in script {
            sleep_until(start + at).await;
            if sender.send(value).await.is_err() {
                return;
            }
        }
        sleep(Duration::from_secs(3600)).await;
    });
    input
}

/// What the next burst comes to, and how long that took.
async fn timed(input: &mut Receiver<char>) -> (Option<char>, Duration) {
    let start = Instant::now();
    let value = settled(input, PACE).await;
    (value, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_single_value_settles_after_the_quiet_time() {
    let mut input = typist([(ms(0), 'a')]);
    assert_eq!(timed(&mut input).await, (Some('a'), QUIET));
}

#[tokio::test(start_paused = true)]
async fn each_value_starts_the_quiet_time_anew_and_the_last_one_counts() {
    let mut input = typist([(ms(0), 'a'), (ms(200), 'b'), (ms(400), 'c')]);
    assert_eq!(timed(&mut input).await, (Some('c'), ms(400) + QUIET));
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_a_burst_belongs_to_the_next() {
    let mut input = typist([(ms(0), 'a'), (ms(301), 'b')]);
    assert_eq!(timed(&mut input).await, (Some('a'), QUIET));
    assert_eq!(timed(&mut input).await, (Some('b'), ms(1) + QUIET));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_waited_begins_the_next_burst() {
    let (sender, mut input) = mpsc::channel(1);
    sender.send('a').await.expect("somebody receives");
    assert_eq!(timed(&mut input).await, (Some('a'), QUIET));
    sender.send('b').await.expect("somebody receives");
    sleep(LIMIT * 2).await;
    assert_eq!(timed(&mut input).await, (Some('b'), QUIET));
}

#[tokio::test(start_paused = true)]
async fn a_burst_without_end_is_cut_at_the_limit() {
    const BURST: [(Duration, char); 8] = [
        (ms(0), 'a'),
        (ms(200), 'b'),
        (ms(400), 'c'),
        (ms(600), 'd'),
        (ms(800), 'e'),
        (ms(990), 'f'),
        (ms(1190), 'g'),
        (ms(1390), 'h'),
    ];
    let mut input = typist(BURST);
    assert_eq!(timed(&mut input).await, (Some('f'), LIMIT));
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_counted_from_the_first_value() {
    let mut input = typist([(LIMIT * 5, 'a'), (LIMIT * 5 + ms(200), 'b')]);
    assert_eq!(
        timed(&mut input).await,
        (Some('b'), LIMIT * 5 + ms(200) + QUIET)
    );
}

#[tokio::test(start_paused = true)]
async fn when_every_sender_is_gone_there_is_nothing_to_wait_for() {
    let (sender, mut input) = mpsc::channel(1);
    tokio::spawn(async move {
        sender.send('a').await.expect("somebody receives");
        sleep(ms(100)).await;
    });
    assert_eq!(timed(&mut input).await, (Some('a'), ms(100)));
    assert_eq!(timed(&mut input).await, (None, ms(0)));
}
