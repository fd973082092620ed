//! How often an operation is attempted, and what comes of it. Time is paused in these tests: a clock that stands still jumps
//! ahead whenever all tasks wait, so that nobody has to.

use std::{cell::Cell, time::Duration};

use async_retry::{
    Backoff,
    Failure::{Permanent, Transient},
    retry,
};
use tokio::time::Instant;

#[path = "support/script.rs"]
mod script;

use script::Script;

const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(10),
    cap: Duration::from_millis(80),
    retries: 3,
};

/// This is what it is for: the second attempt finds the server in a better mood.
#[tokio::test(start_paused = true)]
async fn tries_again_after_a_transient_failure() {
    let script = Script::new([Err(Transient("busy")), Ok("done")]);
    let result = retry(BACKOFF, || 1.0, async || script.attempt().await).await;
    assert_eq!(result, Ok("done"), "the second attempt succeeds");
    assert_eq!(script.attempts(), 2, "attempts made");
}

/// Who succeeds at once pays nothing for the possibility of failing: no wait, and no random number either.
#[tokio::test(start_paused = true)]
async fn a_success_costs_no_time() {
    let script = Script::new([Ok("done")]);
    let draws = Cell::new(0);
    let jitter = || {
        draws.set(draws.get() + 1);
        1.0
    };
    let begin = Instant::now();
    let result = retry(BACKOFF, jitter, async || script.attempt().await).await;
    assert_eq!(result, Ok("done"), "the first attempt succeeds");
    assert_eq!(begin.elapsed(), Duration::ZERO, "waited for nothing");
    assert_eq!(draws.get(), 0, "jitter is drawn once for each wait");
}

/// A wrong password does not become right by being sent again, and three more attempts may lock the account.
#[tokio::test(start_paused = true)]
async fn a_permanent_failure_ends_it() {
    let script = Script::new([Err(Transient("busy")), Err(Permanent("wrong password"))]);
    let result = retry(BACKOFF, || 1.0, async || script.attempt().await).await;
    assert_eq!(result, Err("wrong password"));
    assert_eq!(script.attempts(), 2, "attempts made");
}

/// The error that counts is the last: it tells how things are, the first how they were.
#[tokio::test(start_paused = true)]
async fn returns_the_last_failure() {
    let failures = ["first", "second", "third", "fourth"];
    let script = Script::new(failures.map(|error| Err(Transient(error))));
    let result = retry(BACKOFF, || 1.0, async || script.attempt().await).await;
    assert_eq!(
        result,
        Err("fourth"),
        "with 3 retries, the fourth attempt is the last"
    );
    assert_eq!(script.attempts(), 4, "one attempt and 3 retries");
}

/// When there is no further attempt, there is nothing to wait for. The caller wants to know.
#[tokio::test(start_paused = true)]
async fn no_wait_after_the_last_attempt() {
    let backoff = Backoff {
        retries: 0,
        ..BACKOFF
    };
    let script = Script::new([Err(Transient("busy"))]);
    let begin = Instant::now();
    let result = retry(backoff, || 1.0, async || script.attempt().await).await;
    assert_eq!(result, Err("busy"));
    assert_eq!(script.attempts(), 1, "without retries, one attempt is made");
    assert_eq!(
        begin.elapsed(),
        Duration::ZERO,
        "the time between the failure of the last attempt and the result"
    );
}
