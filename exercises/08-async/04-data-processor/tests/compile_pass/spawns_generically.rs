use std::sync::Arc;

use tokio::task::JoinHandle;
use traits_data_processor::DataProcessor;

fn start<P>(processor: Arc<P>, input: P::Input) -> JoinHandle<Option<P::Output>>
where
    P: DataProcessor + Send + Sync + 'static,
    P::Input: Send + 'static,
    P::Output: Send + 'static,
{
    tokio::spawn(async move { processor.process(input).await.ok() })
}

struct Double;

impl DataProcessor for Double {
    type Input = u64;
    type Output = u64;
    type Error = String;

    async fn process(&self, input: u64) -> Result<u64, String> {
        tokio::task::yield_now().await;
        Ok(2 * input)
    }
}

fn main() {
    let _ = || start(Arc::new(Double), 21);
}
