//! A debouncer: of values that come in a burst, only the last is worth anything.
//!
//! This code is right. What is asked of you is in `tests/settling.rs`.

use std::time::Duration;

use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, sleep_until, timeout_at},
};

/// How patient a debouncer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// A burst is over when nothing has come for this long.
    pub quiet: Duration,
    /// A burst is taken for over when it has lasted this long.
    pub limit: Duration,
}

/// Waits for a burst of values and returns its last.
///
/// The burst begins with the first value that arrives, however long that takes. It ends as soon as
///
/// - no value has arrived for [`quiet`](Pace::quiet), counted anew from each value,
/// - or [`limit`](Pace::limit) has passed since the first value,
/// - or every sender is gone: then there is nothing to wait for.
///
/// Values that arrive later belong to the next call. Whether one that arrives at the very end of a burst belongs to it is left open.
///
/// Returns `None` if every sender is gone before a value has arrived.
pub async fn settled<T>(input: &mut Receiver<T>, pace: Pace) -> Option<T> {
    let mut latest = input.recv().await?;
    let end = Instant::now() + pace.limit;
    let mut settles = Instant::now() + pace.quiet;
    loop {
        match timeout_at(settles.min(end), input.recv()).await {
            Ok(Some(value)) => {
                latest = value;
                settles = Instant::now() + pace.quiet;
            }
            Ok(None) => return Some(latest),
            Err(_) => {
                sleep_until((Instant::now() + pace.quiet).min(end)).await;
                return Some(latest);
            }
        }
    }
}
