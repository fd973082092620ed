//! When a burst of values ends, and with which of them.
//!
//! Yours to write: the code in `src/lib.rs` is right, and `mutants/` holds versions of it that are wrong. Your tests must
//! accept the right one, and reject each of the wrong ones. How many tests you write, and how they are called, is up to
//! you. This one waits for a third of a second, and then accepts almost anything.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{sync::mpsc, time::timeout};

const PACE: Pace = Pace {
    quiet: Duration::from_millis(300),
    limit: Duration::from_millis(1000),
};

#[tokio::test]
async fn a_burst_settles() {
    let (sender, mut input) = mpsc::channel(8);
    sender.send('a').await.unwrap();
    let result = timeout(Duration::from_secs(5), settled(&mut input, PACE)).await;
    assert!(result.is_ok());
}
