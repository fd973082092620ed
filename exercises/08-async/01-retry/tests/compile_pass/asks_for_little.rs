use std::time::Duration;

use async_retry::{Backoff, Failure, retry};

/// Neither `Clone` nor `Debug`, and no `Default`.
struct Row;
struct DriverError;

struct Generator(u64);

impl Generator {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn query() -> impl Future<Output = Result<Row, Failure<DriverError>>> {
    std::future::ready(Err(Failure::Transient(DriverError)))
}

async fn queries(backoff: Backoff) -> Result<Row, DriverError> {
    let mut generator = Generator(7);
    let name = String::from("an attempt may borrow what is not static");
    retry(
        backoff,
        || generator.next(),
        async || {
            if name.is_empty() {
                Ok(Row)
            } else {
                query().await
            }
        },
    )
    .await?;
    retry(backoff, move || generator.next(), query).await
}

fn main() {
    let backoff = Backoff {
        first: Duration::from_millis(10),
        cap: Duration::from_millis(80),
        retries: 3,
    };
    let _ = queries(backoff);
}
