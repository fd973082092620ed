//! When a burst of values ends, and with which of them. One test for each sentence of the doc comment.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::{Instant, sleep, timeout},
};

const PACE: Pace = Pace {
    quiet: Duration::from_millis(300),
    limit: Duration::from_millis(1000),
};

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Sends values, each after a pause, in a task of its own, and hangs up after one more.
fn send(sender: Sender<char>, values: &'static [(u64, char)], then: u64) {
    tokio::spawn(async move {
        for &(pause, value) in values {
            if pause > 0 {
                sleep(ms(pause)).await;
            }
            sender.send(value).await.unwrap();
        }
        sleep(ms(then)).await;
    });
}

/// What comes of a call, and how long that takes. A call that takes more than a day never ends.
async fn settle(input: &mut Receiver<char>, pace: Pace) -> (Option<char>, Duration) {
    let start = Instant::now();
    let result = timeout(ms(86_400_000), settled(input, pace))
        .await
        .expect("it goes on for ever");
    (result, start.elapsed())
}

/// Longer than any test looks.
const LONG: u64 = 1_000_000;

#[tokio::test(start_paused = true)]
async fn one_value_settles_after_the_quiet_time() {
    let (sender, mut input) = mpsc::channel(8);
    send(sender, &[(0, 'a')], LONG);
    assert_eq!(settle(&mut input, PACE).await, (Some('a'), ms(300)));
}

#[tokio::test(start_paused = true)]
async fn each_value_begins_the_quiet_time_anew() {
    let (sender, mut input) = mpsc::channel(8);
    send(sender, &[(0, 'a'), (200, 'b'), (200, 'c')], LONG);
    assert_eq!(settle(&mut input, PACE).await, (Some('c'), ms(700)));
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_over_at_the_limit() {
    let (sender, mut input) = mpsc::channel(8);
    let values = &[
        (0, 'a'),
        (190, 'b'),
        (190, 'c'),
        (190, 'd'),
        (190, 'e'),
        (190, 'f'),
        (190, 'g'),
    ];
    send(sender, values, LONG);
    assert_eq!(settle(&mut input, PACE).await, (Some('f'), ms(1000)));
    // `g` comes at 1140 and belongs to the next call.
    assert_eq!(settle(&mut input, PACE).await, (Some('g'), ms(440)));
}

#[tokio::test(start_paused = true)]
async fn a_limit_may_be_shorter_than_the_quiet_time() {
    let (sender, mut input) = mpsc::channel(8);
    send(sender, &[(0, 'a'), (100, 'b'), (150, 'c')], LONG);
    let pace = Pace {
        quiet: ms(500),
        limit: ms(200),
    };
    assert_eq!(settle(&mut input, pace).await, (Some('b'), ms(200)));
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_over_when_every_sender_is_gone() {
    let (sender, mut input) = mpsc::channel(8);
    let second = sender.clone();
    send(sender, &[(0, 'a')], 50);
    send(second, &[(100, 'b')], 20);
    // The first hangs up at 50, the second at 120.
    assert_eq!(settle(&mut input, PACE).await, (Some('b'), ms(120)));
}

#[tokio::test(start_paused = true)]
async fn values_that_wait_already_are_a_burst() {
    let (sender, mut input) = mpsc::channel(8);
    for value in ['a', 'b', 'c'] {
        sender.send(value).await.unwrap();
    }
    assert_eq!(settle(&mut input, PACE).await, (Some('c'), ms(300)));
    sender.send('d').await.unwrap();
    drop(sender);
    assert_eq!(settle(&mut input, PACE).await, (Some('d'), ms(0)));
}

#[tokio::test(start_paused = true)]
async fn what_comes_later_is_left_for_the_next_call() {
    let (sender, mut input) = mpsc::channel(8);
    send(sender, &[(0, 'a'), (310, 'b'), (10, 'c')], LONG);
    assert_eq!(settle(&mut input, PACE).await, (Some('a'), ms(300)));
    assert_eq!(settle(&mut input, PACE).await, (Some('c'), ms(320)));
}

/// While a burst is going on, its thread is free for others.
#[tokio::test(start_paused = true)]
async fn others_go_on_meanwhile() {
    let (sender, mut input) = mpsc::channel(8);
    send(sender, &[(0, 'a')], LONG);
    let other = tokio::spawn(async {
        sleep(ms(250)).await;
        Instant::now()
    });
    let start = Instant::now();
    assert_eq!(settle(&mut input, PACE).await, (Some('a'), ms(300)));
    assert!(other.is_finished());
    assert_eq!(other.await.unwrap() - start, ms(250));
}
