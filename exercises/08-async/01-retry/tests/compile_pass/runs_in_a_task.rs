use std::time::Duration;

use async_retry::{Backoff, Failure, retry};

async fn send(text: &mut String) -> Result<usize, Failure<&'static str>> {
    text.push('!');
    tokio::task::yield_now().await;
    Ok(text.len())
}

fn main() {
    let backoff = Backoff {
        first: Duration::from_millis(10),
        cap: Duration::from_millis(80),
        retries: 3,
    };
    let mut text = String::from("hello");
    let _ = || {
        let attempt = async move || send(&mut text).await;
        tokio::spawn(retry(backoff, || 0.5, attempt))
    };
}
