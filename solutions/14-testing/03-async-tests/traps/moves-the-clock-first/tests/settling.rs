//! When a burst of values ends, and with which of them.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{sync::mpsc, time::advance};

const PACE: Pace = Pace {
    quiet: Duration::from_millis(300),
    limit: Duration::from_millis(1000),
};

#[tokio::test(start_paused = true)]
async fn a_single_value_settles_after_the_quiet_time() {
    let (sender, mut input) = mpsc::channel(8);
    sender.send('a').await.unwrap();
    let task = tokio::spawn(async move { settled(&mut input, PACE).await });
    advance(PACE.quiet).await;
    assert!(task.is_finished(), "the quiet time has passed");
    assert_eq!(task.await.unwrap(), Some('a'));
}
