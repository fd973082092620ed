//! How long the waits are. `delay` says it, and `retry` does it.

use std::{cell::Cell, time::Duration};

use async_retry::{Backoff, Failure::Transient, retry};
use tokio::time::{self, Instant};

#[path = "support/script.rs"]
mod script;

use script::Script;

const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(10),
    cap: Duration::from_millis(60),
    retries: 5,
};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Requires a duration, give or take what floating point rounds and, with `slack`, the timer's own millisecond.
#[track_caller]
fn assert_near(actual: Duration, expected: Duration, slack: Duration, what: &str) {
    let rounding = Duration::from_micros(1);
    assert!(
        actual + rounding >= expected && actual <= expected + slack + rounding,
        "{what} should be {expected:?}, but is {actual:?}"
    );
}

/// A server that fails under its load is not helped by clients that ask again at once. Doubling finds the pace that it can keep, and
/// needs few attempts to get there.
#[test]
fn each_limit_is_twice_the_one_before() {
    for (waits, limit) in [(0, 10), (1, 20), (2, 40)] {
        for (jitter, part) in [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)] {
            let what = format!("the delay after {waits} waits, with jitter {jitter}");
            let expected = millis(limit).mul_f64(part);
            assert_near(
                BACKOFF.delay(waits, jitter),
                expected,
                Duration::ZERO,
                &what,
            );
        }
    }
}

/// Doubling gets to hours soon. The cap is a promise to whoever waits, so jitter comes out of it and not on top. And it must
/// not eat the jitter: with all waits at the cap, all clients would come back together again.
#[test]
fn no_wait_exceeds_the_cap() {
    for (jitter, expected) in [(0.0, 30), (0.5, 45), (1.0, 60)] {
        for waits in [3, 4, 20] {
            let what =
                format!("the delay after {waits} waits, with jitter {jitter} and a cap of 60 ms,");
            assert_near(
                BACKOFF.delay(waits, jitter),
                millis(expected),
                Duration::ZERO,
                &what,
            );
        }
    }
    let narrow = Backoff {
        cap: millis(4),
        ..BACKOFF
    };
    assert_near(
        narrow.delay(0, 1.0),
        millis(4),
        Duration::ZERO,
        "the first delay, with a cap below `first`,",
    );
}

/// Two to the power of 32 does not fit into a `u32`, and a service that retries all night gets there. The morning should
/// not begin with a panic, nor with a wait of zero.
#[test]
fn many_waits_do_not_overflow() {
    for waits in [31, 32, 33, 63, 64, 1100, u32::MAX] {
        let what = format!("the delay after {waits} waits");
        assert_near(
            BACKOFF.delay(waits, 1.0),
            BACKOFF.cap,
            Duration::ZERO,
            &what,
        );
    }
    let slow = Backoff {
        first: Duration::from_secs(u64::MAX / 2),
        ..BACKOFF
    };
    assert_near(
        slow.delay(5, 1.0),
        slow.cap,
        Duration::ZERO,
        "the delay of a backoff whose first wait is for ever",
    );
}

/// The waits that are computed are the waits that are made: one before each further attempt, and in order.
#[tokio::test(start_paused = true)]
async fn waits_between_attempts() {
    let failures = [Err(Transient("busy")); 5];
    let script = Script::new(failures.into_iter().chain([Ok("done")]));
    let result = retry(BACKOFF, || 1.0, async || script.attempt().await).await;
    assert_eq!(result, Ok("done"), "the sixth attempt succeeds");
    let waits = script.waits();
    assert_eq!(waits.len(), 5, "waits between 6 attempts");
    for ((wait, expected), number) in waits.into_iter().zip([10, 20, 40, 60, 60]).zip(1..) {
        let what = format!("wait {number}, with jitter 1,");
        assert_near(wait, millis(expected), millis(2), &what);
    }
}

/// A thousand clients that lost the same server come back at the same moment, and then again at the same moment, unless each
/// draws each of its waits for itself.
#[tokio::test(start_paused = true)]
async fn each_wait_is_drawn_anew() {
    let failures = [Err(Transient("busy")); 3];
    let script = Script::new(failures.into_iter().chain([Ok("done")]));
    let draws = Cell::new(0);
    let jitter = || {
        draws.set(draws.get() + 1);
        if draws.get() % 2 == 0 { 0.0 } else { 1.0 }
    };
    let result = retry(BACKOFF, jitter, async || script.attempt().await).await;
    assert_eq!(result, Ok("done"), "the fourth attempt succeeds");
    assert_eq!(draws.get(), 3, "numbers drawn, for 3 waits");
    for ((wait, expected), number) in script.waits().into_iter().zip([10, 10, 40]).zip(1..) {
        let what = format!("wait {number}, with jitter 1, 0 and 1 in turn,");
        assert_near(wait, millis(expected), millis(2), &what);
    }
}

/// Waiting is not blocking. A task that waits has given its thread back, and on a runtime with one thread nobody else would run
/// otherwise.
#[tokio::test(start_paused = true)]
async fn others_run_during_a_wait() {
    let ticks = Cell::new(0);
    let clock = async {
        let mut interval = time::interval(millis(1));
        loop {
            interval.tick().await;
            ticks.set(ticks.get() + 1);
        }
    };
    let script = Script::new([Err(Transient("busy")), Ok("done")]);
    let begin = Instant::now();
    tokio::select! {
        biased;
        _ = retry(BACKOFF, || 1.0, async || script.attempt().await) => {}
        () = clock => {}
    }
    assert_near(
        begin.elapsed(),
        millis(10),
        millis(2),
        "the time on the runtime's clock after one wait",
    );
    assert!(
        ticks.get() >= 9,
        "another future of the same task counts milliseconds, and got to {} during a wait of 10",
        ticks.get()
    );
}
