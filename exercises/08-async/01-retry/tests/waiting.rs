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

/// A local socket is tried again after microseconds, a batch job after days. Whoever calculates in milliseconds rounds the first to nothing.
#[test]
fn short_limits_are_not_rounded_away() {
    let fast = Backoff {
        first: Duration::from_micros(300),
        cap: Duration::from_micros(1500),
        retries: 5,
    };
    for (waits, limit) in [(0, 300), (1, 600), (2, 1200), (3, 1500), (9, 1500)] {
        for (jitter, part) in [(0.0, 0.5), (1.0, 1.0)] {
            let what = format!("the delay after {waits} waits, with jitter {jitter}");
            let expected = Duration::from_micros(limit).mul_f64(part);
            assert_near(fast.delay(waits, jitter), expected, Duration::ZERO, &what);
        }
    }
}

/// From a nanosecond to four seconds is a long way, and its last step is from two to the power of 31 to almost twice that.
#[test]
fn a_cap_far_above_the_first_is_reached() {
    let steep = Backoff {
        first: Duration::from_nanos(1),
        cap: Duration::from_secs(4),
        retries: 40,
    };
    for (waits, expected) in [
        (30, Duration::from_nanos(1 << 30)),
        (31, Duration::from_nanos(1 << 31)),
        (32, steep.cap),
        (33, steep.cap),
        (u32::MAX, steep.cap),
    ] {
        let what = format!("the delay after {waits} waits, from 1 ns up to a cap of 4 s,");
        assert_near(steep.delay(waits, 1.0), expected, Duration::ZERO, &what);
    }
}

/// `Duration::MAX` is how a configuration says "no cap". What is near it does not survive every rounding: half of it and
/// half of it may be more than there is.
#[test]
fn the_largest_durations_are_no_exception() {
    for longest in [
        Duration::MAX,
        Duration::from_secs(u64::MAX),
        Duration::MAX / 2,
    ] {
        let patient = Backoff {
            first: longest,
            cap: longest,
            retries: 1,
        };
        for waits in [0, 1, 40, u32::MAX] {
            for (jitter, part) in [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)] {
                let delay: Duration = patient.delay(waits, jitter);
                let found = delay.as_secs_f64() / longest.as_secs_f64();
                assert!(
                    (found - part).abs() < 1e-9,
                    "with a limit of {longest:?} and jitter {jitter}, the delay after {waits} waits should be {part} of \
                     the limit, but is {found} of it"
                );
            }
        }
    }
    let uncapped = Backoff {
        cap: Duration::MAX,
        ..BACKOFF
    };
    assert_near(
        uncapped.delay(3, 1.0),
        millis(80),
        Duration::ZERO,
        "the delay after 3 waits without a cap",
    );
}

/// Doubling by a loop is right, and takes a step per wait. A first wait of zero never gets to the cap, so that a loop which looks for
/// the cap alone takes all the steps there are.
#[test]
fn a_delay_takes_no_longer_for_more_waits() {
    let (done, finished) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let never = Backoff {
            first: Duration::ZERO,
            ..BACKOFF
        };
        for few in 0..100 {
            let capped: Duration = BACKOFF.delay(u32::MAX - few, 1.0);
            let zero: Duration = never.delay(u32::MAX - few, 1.0);
            let _ = done.send(Some((capped, zero)));
        }
        let _ = done.send(None);
    });
    // Generous: two hundred delays take microseconds, and four billion steps for each of them take minutes.
    let begin = std::time::Instant::now();
    let limit = Duration::from_secs(15);
    loop {
        let left = limit.saturating_sub(begin.elapsed());
        match finished.recv_timeout(left) {
            Ok(None) => break,
            Ok(Some((capped, zero))) => {
                assert_near(
                    capped,
                    BACKOFF.cap,
                    Duration::ZERO,
                    "a delay far beyond the cap",
                );
                assert_eq!(zero, Duration::ZERO, "a delay with a first wait of zero");
            }
            Err(_) => panic!(
                "200 delays after about {} waits took more than {limit:?}, or panicked: a delay is to be computed without a step per wait",
                u32::MAX
            ),
        }
    }
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

/// A server that took a second to refuse was busy for a second. The wait is what it gets for itself, so it begins when the attempt
/// has ended.
#[tokio::test(start_paused = true)]
async fn the_wait_begins_after_the_attempt() {
    let times = std::cell::RefCell::new(Vec::new());
    let attempt = async || {
        let begun = Instant::now();
        time::sleep(millis(500)).await;
        let mut times = times.borrow_mut();
        times.push((begun, Instant::now()));
        if times.len() == 3 {
            Ok("done")
        } else {
            Err(Transient("busy"))
        }
    };
    let result: Result<&str, &str> = retry(BACKOFF, || 1.0, attempt).await;
    assert_eq!(result, Ok("done"), "the third attempt succeeds");
    for ((pair, expected), number) in times.borrow().windows(2).zip([10, 20]).zip(1..) {
        let what = format!("wait {number}, after an attempt of 500 ms,");
        assert_near(pair[1].0 - pair[0].1, millis(expected), millis(2), &what);
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
