//! When a burst of values ends, and with which of them.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{sync::mpsc, time::timeout};

const PACE: Pace = Pace {
    quiet: Duration::from_millis(300),
    limit: Duration::from_millis(1000),
};

// ANCHOR: naive
#[tokio::test]
async fn a_burst_settles() {
    let (sender, mut input) = mpsc::channel(8);
    sender.send('a').await.unwrap();
    let result = timeout(Duration::from_secs(5), settled(&mut input, PACE)).await;
    assert!(result.is_ok());
}
// ANCHOR_END: naive
