//! Looks into the channel once more at the end of a burst.

use std::time::Duration;

use tokio::{
    sync::mpsc::Receiver,
    task::yield_now,
    time::{Instant, timeout_at},
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
pub async fn settled<T>(input: &mut Receiver<T>, pace: Pace) -> Option<T> {
    let mut latest = input.recv().await?;
    let begin = Instant::now();
    let mut last = begin;
    loop {
        let end = (last + pace.quiet).min(begin + pace.limit);
        match timeout_at(end, input.recv()).await {
            Ok(Some(value)) => latest = value,
            Ok(None) => return Some(latest),
            Err(_) => {
                // Whoever sends at this very moment gets a chance to.
                for _ in 0..3 {
                    yield_now().await;
                }
                while let Ok(value) = input.try_recv() {
                    latest = value;
                }
                return Some(latest);
            }
        }
        last = Instant::now();
    }
}
