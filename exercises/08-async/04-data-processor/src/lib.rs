//! Work that waits, behind a trait.

use std::{marker::PhantomData, sync::Arc};

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
    ///
    /// This declaration is yours to change. It allows what the compiler warns of.
    #[allow(async_fn_in_trait)]
    async fn process(&self, input: Self::Input) -> Result<Self::Output, Self::Error>;
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
    let _ = (processor, inputs);
    todo!("a task for each input, and then their outputs in order")
}

/// Any processor of these inputs, outputs and errors, so that processors of several types fit into one list.
///
/// It is a [`DataProcessor`] itself, it can be sent to other threads and shared between them, whatever the types of its inputs and
/// outputs, and the futures of its calls can be sent, too. A call is the boxed processor's call: it does nothing until it is polled, ends when
/// it is dropped, and does not wait for other calls.
pub struct BoxProcessor<I, O, E> {
    /// Stands in for fields of your own.
    types: PhantomData<fn(I) -> Result<O, E>>,
}

impl<I, O, E> BoxProcessor<I, O, E> {
    /// Puts a processor into a box, and forgets which one it was.
    pub fn new<P>(processor: P) -> Self
    where
        P: DataProcessor<Input = I, Output = O, Error = E> + Send + Sync + 'static,
    {
        let _ = processor;
        todo!("a box that fits every processor")
    }
}

impl<I, O, E> DataProcessor for BoxProcessor<I, O, E>
where
    I: Send,
{
    type Input = I;
    type Output = O;
    type Error = E;

    async fn process(&self, input: I) -> Result<O, E> {
        let _ = (input, self.types);
        todo!("ask the processor in the box")
    }
}
