//! Processors of which nobody knows the type any more.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use compile_cases::cases;
use tokio::time::{self, Instant};
use traits_data_processor::{BoxProcessor, DataProcessor};
use type_probe::{as_dyn, implements};

/// Adds what it has to what it gets, after a while.
struct Adds(u64);

impl DataProcessor for Adds {
    type Input = u64;
    type Output = u64;
    type Error = String;

    async fn process(&self, input: u64) -> Result<u64, String> {
        time::sleep(Duration::from_millis(1)).await;
        input
            .checked_add(self.0)
            .ok_or_else(|| format!("{input} is too large"))
    }
}

/// Halves what it gets, if that is even.
struct Halves;

impl DataProcessor for Halves {
    type Input = u64;
    type Output = u64;
    type Error = String;

    async fn process(&self, input: u64) -> Result<u64, String> {
        if input.is_multiple_of(2) {
            Ok(input / 2)
        } else {
            Err(format!("{input} is odd"))
        }
    }
}

/// A list that a configuration decides on holds processors of several types. A `dyn` has one function for all of
/// them, so that one has to return one type of future for all of them.
#[tokio::test(start_paused = true)]
async fn different_processors_fit_into_one_list() {
    let stages = [
        BoxProcessor::new(Adds(2)),
        BoxProcessor::new(Halves),
        BoxProcessor::new(Adds(40)),
    ];
    for (input, expected) in [(2, Ok(42)), (6, Ok(44)), (3, Err("5 is odd".to_owned()))] {
        let mut result = Ok(input);
        for stage in &stages {
            let Ok(value) = result else { break };
            result = stage.process(value).await;
        }
        assert_eq!(result, expected, "{input}, plus 2, halved, plus 40");
    }
}

/// Processes what it gets, and then what came of it.
async fn twice<P>(processor: &P, input: u64) -> Result<u64, P::Error>
where
    P: DataProcessor<Input = u64, Output = u64>,
{
    let once = processor.process(input).await?;
    processor.process(once).await
}

/// Code for any processor also takes one whose type was forgotten. Otherwise all of it would be written twice.
#[tokio::test(start_paused = true)]
async fn a_boxed_processor_is_a_processor() {
    let boxed = BoxProcessor::new(Adds(20));
    assert_eq!(twice(&boxed, 2).await, Ok(42), "2 plus 20, plus 20");
    let expected = Err(format!("{} is too large", u64::MAX - 10));
    let result = twice(&boxed, u64::MAX - 30).await;
    assert_eq!(
        result, expected,
        "the first sum fits, and the second does not"
    );
}

/// Notes how far its calls have come.
#[derive(Default)]
struct Notes {
    begun: Arc<AtomicUsize>,
    finished: Arc<AtomicUsize>,
}

impl DataProcessor for Notes {
    type Input = u64;
    type Output = u64;
    type Error = String;

    async fn process(&self, input: u64) -> Result<u64, String> {
        self.begun.fetch_add(1, Relaxed);
        time::sleep(Duration::from_millis(input)).await;
        self.finished.fetch_add(1, Relaxed);
        Ok(input)
    }
}

/// A future is a plan: nothing happens until it is polled, and nothing goes on when it is dropped. Whoever hands the call to a task gives up
/// both.
#[tokio::test(start_paused = true)]
async fn a_boxed_call_is_a_plan_like_any_other() {
    let notes = Notes::default();
    let (begun, finished) = (Arc::clone(&notes.begun), Arc::clone(&notes.finished));
    let boxed = BoxProcessor::new(notes);
    let call = boxed.process(10);
    time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        begun.load(Relaxed),
        0,
        "calls begun, before the only future was polled"
    );
    drop(call);
    let given_up = time::timeout(Duration::from_millis(5), boxed.process(10)).await;
    assert!(given_up.is_err(), "a call of 10 ms is not done after 5");
    time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        (begun.load(Relaxed), finished.load(Relaxed)),
        (1, 0),
        "calls begun and finished, 100 ms after the future was dropped in the middle"
    );
}

/// `process` takes `&self`, so that calls can overlap. A box that lets in one at a time is a queue.
#[tokio::test(start_paused = true)]
async fn boxed_calls_overlap() {
    let boxed = BoxProcessor::new(Notes::default());
    let begin = Instant::now();
    let (one, two, three) = tokio::join!(
        boxed.process(1000),
        boxed.process(1000),
        boxed.process(1000)
    );
    assert_eq!(
        (one, two, three),
        (Ok(1000), Ok(1000), Ok(1000)),
        "three calls"
    );
    let elapsed = begin.elapsed();
    assert!(
        elapsed < Duration::from_millis(1100),
        "three calls of one boxed processor, of a second each, took {elapsed:?} on the runtime's clock"
    );
}

/// Erasing a type erases what the compiler could find out about it. A `dyn` is `Send` and `Sync` only where it says so.
#[test]
fn a_boxed_processor_can_be_shared() {
    assert!(
        implements!(BoxProcessor<u64, u64, String>: Send),
        "a BoxProcessor cannot be sent to another thread, although all that is put into it can"
    );
    assert!(
        implements!(BoxProcessor<u64, Rc<u64>, Rc<str>>: Send + Sync),
        "a BoxProcessor whose outputs stay on their thread cannot be shared itself, although it holds no output"
    );
    assert!(
        implements!(BoxProcessor<u64, u64, String>: Sync),
        "a BoxProcessor cannot be shared between threads, although all that is put into it can"
    );
}

/// There are two types to erase, and the second is the future's.
#[tokio::test(start_paused = true)]
async fn the_future_of_a_boxed_call_can_be_sent() {
    let boxed = BoxProcessor::new(Adds(1));
    let boxed: &'static BoxProcessor<u64, u64, String> = Box::leak(Box::new(boxed));
    let future = as_dyn!(boxed.process(41), Future<Output = Result<u64, String>> + Send)
        .expect("the future of a call of a BoxProcessor is not Send");
    assert_eq!(Box::into_pin(future).await, Ok(42));
}

/// Both together: calls of boxed processors in tasks of a runtime with several threads.
#[test]
fn boxed_processors_can_be_spawned() {
    cases!().accepted("compile_pass/spawns_boxed");
}
