use std::time::Duration;

use async_retry::{Backoff, Failure, retry};

struct Connection;

impl Connection {
    async fn send(&mut self, text: &str) -> Result<usize, Failure<&'static str>> {
        Ok(text.len())
    }
}

async fn sends(connection: &mut Connection, backoff: Backoff) -> Result<usize, &'static str> {
    let mut attempts = 0;
    let sent = retry(
        backoff,
        || 0.5,
        async || {
            attempts += 1;
            connection.send("hello").await
        },
    )
    .await?;
    Ok(sent * attempts)
}

fn main() {
    let backoff = Backoff {
        first: Duration::from_millis(10),
        cap: Duration::from_millis(80),
        retries: 3,
    };
    let _ = sends(&mut Connection, backoff);
}
