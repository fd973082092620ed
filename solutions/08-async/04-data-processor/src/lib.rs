//! Work that waits, behind a trait.

use std::{panic, pin::Pin, sync::Arc};

use tokio::task::JoinSet;

/// Turns inputs into outputs, and may have to wait for it: for a disk, a server, another task.
///
/// Implementations write `async fn process`. Whoever knows only that `P: DataProcessor` may hand the future of a call to another
/// thread.
pub trait DataProcessor {
    /// What is processed.
    type Input;
    /// What comes of it.
    type Output;
    /// Why nothing came of it.
    type Error;

    /// Processes one input. Nothing happens until the future is polled.
    fn process(
        &self,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// Processes all inputs at the same time, each in a task of its own, so that they use all threads of the runtime. Returns
/// the outputs in the order of their inputs.
///
/// The tasks belong to the future that this returns. When one fails, or the future is dropped, the others are aborted.
///
/// # Errors
/// The error of the processor that was the first to fail, in time, and as soon as it has failed. It does not wait until the
/// tasks that it aborts have come to their end.
///
/// # Panics
/// Passes the panic of a task on, with the payload that it has, as soon as it has happened.
pub async fn process_all<P>(
    processor: Arc<P>,
    inputs: Vec<P::Input>,
) -> Result<Vec<P::Output>, P::Error>
where
    P: DataProcessor + Send + Sync + 'static,
    P::Input: Send + 'static,
    P::Output: Send + 'static,
    P::Error: Send + 'static,
{
    let mut tasks = JoinSet::new();
    for (index, input) in inputs.into_iter().enumerate() {
        let processor = Arc::clone(&processor);
        tasks.spawn(async move { (index, processor.process(input).await) });
    }
    let mut outputs = Vec::with_capacity(tasks.len());
    while let Some(joined) = tasks.join_next().await {
        match joined {
            Ok((index, output)) => outputs.push((index, output?)),
            // Nobody aborts a task while we wait for it, so it has panicked.
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }
    outputs.sort_unstable_by_key(|(index, _)| *index);
    Ok(outputs.into_iter().map(|(_, output)| output).collect())
}

/// Any processor of these inputs, outputs and errors, so that processors of several types fit into one list.
///
/// It is a [`DataProcessor`] itself, it can be sent to other threads and shared between them, whatever the types of its inputs and
/// outputs, and the futures of its calls can be sent, too. A call is the boxed processor's call: it does nothing until it is polled, ends when
/// it is dropped, and does not wait for other calls.
pub struct BoxProcessor<I, O, E>(Box<dyn ErasedProcessor<I, O, E> + Send + Sync>);

/// [`DataProcessor`] in a form that a `dyn` can have: the future is of one type, whoever made it.
trait ErasedProcessor<I, O, E> {
    fn process_boxed<'a>(&'a self, input: I) -> BoxFuture<'a, Result<O, E>>;
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<P: DataProcessor> ErasedProcessor<P::Input, P::Output, P::Error> for P {
    fn process_boxed<'a>(&'a self, input: P::Input) -> BoxFuture<'a, Result<P::Output, P::Error>> {
        Box::pin(self.process(input))
    }
}

impl<I, O, E> BoxProcessor<I, O, E> {
    /// Puts a processor into a box, and forgets which one it was.
    pub fn new<P>(processor: P) -> Self
    where
        P: DataProcessor<Input = I, Output = O, Error = E> + Send + Sync + 'static,
    {
        Self(Box::new(processor))
    }
}

impl<I, O, E> DataProcessor for BoxProcessor<I, O, E> {
    type Input = I;
    type Output = O;
    type Error = E;

    fn process(&self, input: I) -> impl Future<Output = Result<O, E>> + Send {
        self.0.process_boxed(input)
    }
}
