//! Selects between the channel and two timers, which come first.

use std::time::Duration;

use tokio::{
    select,
    sync::mpsc::Receiver,
    time::{sleep, timeout},
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
    let burst = async {
        loop {
            select! {
                biased;
                () = sleep(pace.quiet) => break,
                next = input.recv() => match next {
                    Some(value) => latest = value,
                    None => break,
                },
            }
        }
    };
    let _ = timeout(pace.limit, burst).await;
    Some(latest)
}
