//! Calls of one processor, in tasks of their own.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    time::Duration,
};

use compile_cases::cases;
use tokio::time::{self, Instant};
use traits_data_processor::{DataProcessor, process_all};

/// Waits for as many milliseconds as the input says and returns it. Fails if the input is odd.
#[derive(Default)]
struct Waits {
    /// How many calls came to their end.
    finished: AtomicUsize,
}

impl DataProcessor for Waits {
    type Input = u64;
    type Output = u64;
    type Error = String;

    async fn process(&self, input: u64) -> Result<u64, String> {
        time::sleep(Duration::from_millis(input)).await;
        self.finished.fetch_add(1, Relaxed);
        if input.is_multiple_of(2) {
            Ok(input)
        } else {
            Err(format!("{input} is odd"))
        }
    }
}

const HOUR: u64 = 3_600_000;

/// Ten calls that wait for a second each are done in a second, if nobody makes them queue.
#[tokio::test(start_paused = true)]
async fn inputs_are_processed_at_the_same_time() {
    let begin = Instant::now();
    let outputs = process_all(Arc::<Waits>::default(), vec![1000; 10]).await;
    assert_eq!(outputs, Ok(vec![1000; 10]));
    let elapsed = begin.elapsed();
    assert!(
        elapsed < Duration::from_millis(1100),
        "10 inputs that need a second each took {elapsed:?} on the runtime's clock, but they should be waited for at the same time"
    );
}

/// Who hands in a list wants to know which output belongs to which input. Which was done first is chance.
#[tokio::test(start_paused = true)]
async fn outputs_are_in_the_order_of_the_inputs() {
    let inputs = vec![40, 10, 30, 20, 0];
    let outputs = process_all(Arc::<Waits>::default(), inputs.clone()).await;
    assert_eq!(outputs, Ok(inputs), "each input is its own output");
    let none = process_all(Arc::<Waits>::default(), Vec::new()).await;
    assert_eq!(none, Ok(Vec::new()), "no inputs, no outputs");
}

/// The caller who learns of a failure after an hour has waited an hour for nothing.
#[tokio::test(start_paused = true)]
async fn a_failure_ends_it_at_once() {
    let begin = Instant::now();
    let outputs = process_all(Arc::<Waits>::default(), vec![HOUR, 25, 5, HOUR]).await;
    assert_eq!(
        outputs,
        Err("5 is odd".to_owned()),
        "two inputs fail, and this one is the first in time"
    );
    let elapsed = begin.elapsed();
    assert!(
        elapsed < Duration::from_millis(20),
        "an input failed after 5 ms, and `process_all` returned after {elapsed:?}"
    );
}

/// A handle that is dropped detaches its task, and the task goes on. Work whose result nobody wants any more still
/// costs what it costs.
#[tokio::test(start_paused = true)]
async fn no_task_is_left_behind() {
    let failing = Arc::<Waits>::default();
    let outputs = process_all(Arc::clone(&failing), vec![HOUR, 5, HOUR]).await;
    assert_eq!(outputs, Err("5 is odd".to_owned()));
    let dropped = Arc::<Waits>::default();
    let all = process_all(Arc::clone(&dropped), vec![HOUR; 3]);
    time::timeout(Duration::from_millis(10), all)
        .await
        .expect_err("no input is done after 10 ms");

    time::sleep(Duration::from_millis(2 * HOUR)).await;
    assert_eq!(
        failing.finished.load(Relaxed),
        1,
        "calls that came to their end, in all, where the one that failed was the first"
    );
    assert_eq!(
        dropped.finished.load(Relaxed),
        0,
        "calls that came to their end after the future of `process_all` was dropped"
    );
}

/// All means all: ten or a thousand. Who wants fewer at a time can hand in fewer.
#[tokio::test(start_paused = true)]
async fn a_thousand_inputs_are_no_reason_to_queue() {
    let begin = Instant::now();
    let outputs = process_all(Arc::<Waits>::default(), vec![1000; 1000]).await;
    assert_eq!(
        outputs.map(|outputs| outputs.len()),
        Ok(1000),
        "outputs of 1000 inputs"
    );
    let elapsed = begin.elapsed();
    assert!(
        elapsed < Duration::from_millis(1100),
        "1000 inputs that need a second each took {elapsed:?} on the runtime's clock, but they should be waited for at the same time"
    );
}

/// A task that panics takes nobody with it: the runtime catches the panic and keeps what it carried. Who then returns fewer outputs, or panics in
/// other words, hides it from those who could understand it. And it ends the others like a failure does.
#[tokio::test(start_paused = true)]
async fn a_panic_is_passed_on() {
    struct Panics;
    impl DataProcessor for Panics {
        type Input = u64;
        type Output = u64;
        type Error = String;

        async fn process(&self, input: u64) -> Result<u64, String> {
            time::sleep(Duration::from_millis(input)).await;
            if input == 5 {
                std::panic::panic_any(input);
            }
            Ok(input)
        }
    }
    let begin = Instant::now();
    let all = tokio::spawn(process_all(Arc::new(Panics), vec![HOUR, 2, 5, HOUR]));
    let payload = match all.await {
        Ok(outputs) => panic!("one of 4 inputs panicked, and `process_all` returned {outputs:?}"),
        Err(error) => error.into_panic(),
    };
    assert_eq!(
        payload.downcast_ref::<u64>(),
        Some(&5),
        "what `process_all` panicked with, where a task panicked with the number 5"
    );
    let elapsed = begin.elapsed();
    assert!(
        elapsed < Duration::from_millis(20),
        "an input panicked after 5 ms, and `process_all` did so after {elapsed:?}"
    );
}

/// To abort a task is a request. One that computes, or blocks its thread, hears of it at its next await, and that may be late. The error need not
/// wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_failure_does_not_wait_for_the_aborted() {
    /// Input 0 blocks its thread until it is let go, and input 1 fails once input 0 has begun.
    struct Blocks {
        begun: tokio::sync::Semaphore,
        let_go: Mutex<mpsc::Receiver<()>>,
        was_let_go: Mutex<mpsc::Sender<bool>>,
    }
    impl DataProcessor for Blocks {
        type Input = u64;
        type Output = ();
        type Error = &'static str;

        async fn process(&self, input: u64) -> Result<(), &'static str> {
            if input > 0 {
                let _ = self.begun.acquire().await;
                return Err("failed");
            }
            self.begun.add_permits(1);
            let let_go = self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
            let in_time = let_go.recv_timeout(Duration::from_secs(20)).is_ok();
            let was_let_go = self
                .was_let_go
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let _ = was_let_go.send(in_time);
            Ok(())
        }
    }
    let (go, let_go) = mpsc::channel();
    let (answer, was_let_go) = mpsc::channel();
    let blocks = Arc::new(Blocks {
        begun: tokio::sync::Semaphore::new(0),
        let_go: Mutex::new(let_go),
        was_let_go: Mutex::new(answer),
    });
    let outputs = process_all(blocks, vec![0, 1]).await;
    let _ = go.send(());
    assert_eq!(
        outputs,
        Err("failed"),
        "input 1 fails while input 0 blocks its thread"
    );
    assert_eq!(
        was_let_go.recv_timeout(Duration::from_secs(30)),
        Ok(true),
        "`process_all` returned its error only after the aborted task had come to its end"
    );
}

/// Futures that are polled by one task take turns on one thread. That is enough for waiting, and not for computing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inputs_use_several_threads() {
    /// Input 0 blocks its thread until input 1 has been processed, which takes another thread.
    struct Meets {
        sender: mpsc::SyncSender<()>,
        receiver: Mutex<mpsc::Receiver<()>>,
    }
    impl DataProcessor for Meets {
        type Input = u64;
        type Output = ();
        type Error = &'static str;

        async fn process(&self, input: u64) -> Result<(), &'static str> {
            if input > 0 {
                return self.sender.send(()).map_err(|_| "nobody waits");
            }
            let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
            receiver
                .recv_timeout(Duration::from_secs(5))
                .map_err(|_| "input 0 kept its thread, and input 1 got no other")
        }
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    let receiver = Mutex::new(receiver);
    let meets = Arc::new(Meets { sender, receiver });
    let all = tokio::spawn(process_all(meets, vec![0, 1]));
    assert_eq!(all.await.expect("the task"), Ok(vec![(); 2]));
}

#[test]
fn any_types_will_do() {
    // A processor may borrow, its future may hold what only one thread at a time may see, and outputs and errors may be bound to a thread. The
    // trait asks for nothing of the kind, and a bound there is a bound for everybody.
    cases!().accepted("compile_pass/any_types");
}

/// This is what the trait promises to those who know nothing but the trait. The compiler sees no body there, so what the
/// declaration does not say is not so.
#[test]
fn a_generic_function_can_spawn() {
    cases!().accepted("compile_pass/spawns_generically");
}
