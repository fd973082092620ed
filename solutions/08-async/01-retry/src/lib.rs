//! Tries again what may work a little later.

use std::time::Duration;

use tokio::time::sleep;

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure<E> {
    /// It may work a little later: the server was busy, the connection broke.
    Transient(E),
    /// It will never work: the password is wrong, the record does not exist.
    Permanent(E),
}

/// How often to try again, and how long to wait before each retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest that the first wait may be.
    pub first: Duration,
    /// The longest that any wait may be.
    pub cap: Duration,
    /// How many times to try again after the first attempt. With 0 there is one attempt and no wait.
    pub retries: u32,
}

impl Backoff {
    /// How long to wait before one more attempt, when `waits` waits have come before this one.
    ///
    /// The limit of the first wait is `first`, that of each wait twice that of the one before, and none is over `cap`. The
    /// wait is drawn from the upper half of what the limit allows: a `jitter` of 0 gives half the limit, a `jitter`
    /// of 1 all of it, and what is between is in proportion.
    ///
    /// `waits` may be any number. What does not fit into a [`Duration`] is over the cap all the more. A cap of more than
    /// 2³² times `first` need not be reached.
    pub fn delay(&self, waits: u32, jitter: f64) -> Duration {
        // From the 33rd wait on, the factor stays at 2³² − 1. A cap that is further away from `first` is not reached.
        let factor = 2_u32.saturating_pow(waits);
        let limit = self.first.saturating_mul(factor).min(self.cap);
        let half = limit / 2;
        half.saturating_add(half.mul_f64(jitter))
    }
}

/// Makes attempts, one after the other, until one succeeds, one fails for good, or `backoff.retries` further ones have
/// failed as well. Returns the result of the last attempt.
///
/// Between two attempts it waits for as long as [`Backoff::delay`] says, and lets other tasks run. Before the first attempt
/// and after the last there is no wait.
///
/// `jitter` draws a number from 0 to 1. It is called once for each wait, so that programs that failed together do not
/// come back together.
///
/// An attempt is a call of `operation`. It may change what it has captured: a connection, a buffer, a counter. Since the next attempt
/// begins after the last one has ended, each may borrow all of it.
///
/// # Errors
/// The error of the last attempt.
pub async fn retry<T, E>(
    backoff: Backoff,
    mut jitter: impl FnMut() -> f64,
    mut operation: impl AsyncFnMut() -> Result<T, Failure<E>>,
) -> Result<T, E> {
    for waits in 0..backoff.retries {
        match operation().await {
            Ok(value) => return Ok(value),
            Err(Failure::Permanent(error)) => return Err(error),
            Err(Failure::Transient(_)) => sleep(backoff.delay(waits, jitter())).await,
        }
    }
    // The last attempt stands alone: whatever it brings is the result, and no wait follows.
    operation()
        .await
        .map_err(|(Failure::Transient(error) | Failure::Permanent(error))| error)
}
