//! An operation that follows a script, and keeps a record of when it was attempted.

use std::{cell::RefCell, time::Duration};

use async_retry::Failure;
use tokio::time::Instant;

/// What an attempt brings.
pub type Outcome = Result<&'static str, Failure<&'static str>>;

/// Brings one outcome after the other.
pub struct Script {
    outcomes: Vec<Outcome>,
    attempts: RefCell<Vec<Instant>>,
}

impl Script {
    pub fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        Self {
            outcomes: outcomes.into_iter().collect(),
            attempts: RefCell::default(),
        }
    }

    /// Makes one attempt. It takes a moment, but no time.
    pub async fn attempt(&self) -> Outcome {
        tokio::task::yield_now().await;
        let mut attempts = self.attempts.borrow_mut();
        attempts.push(Instant::now());
        let outcome = self.outcomes.get(attempts.len() - 1);
        *outcome.unwrap_or_else(|| {
            panic!(
                "attempt {} was made, but {} should have been the last",
                attempts.len(),
                self.outcomes.len()
            )
        })
    }

    /// How many attempts were made.
    #[allow(dead_code)]
    pub fn attempts(&self) -> usize {
        self.attempts.borrow().len()
    }

    /// How long it took from each attempt to the next.
    #[allow(dead_code)]
    pub fn waits(&self) -> Vec<Duration> {
        let attempts = self.attempts.borrow();
        attempts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}
