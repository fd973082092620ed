//! Work that takes a given time on the paused clock, and a record of what became of it.

use std::{
    num::NonZeroUsize,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_streams::{Limits, as_they_finish, in_order};
use futures_util::Stream;
use tokio::time::{self, Instant};

pub const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Limits with no pace.
pub fn at_once(in_flight: usize) -> Limits {
    Limits {
        in_flight: NonZeroUsize::new(in_flight).expect("a limit for the test"),
        gap: Duration::ZERO,
    }
}

/// Results, whichever adapter they come from.
pub type Results = Pin<Box<dyn Stream<Item = usize>>>;

/// The two adapters, for tests of what they have in common.
#[derive(Clone, Copy, Debug)]
pub enum Adapter {
    InOrder,
    AsTheyFinish,
}

impl Adapter {
    pub const BOTH: [Self; 2] = [Self::InOrder, Self::AsTheyFinish];

    /// Sends the requests through this adapter into the workshop.
    pub fn run(
        self,
        requests: impl Stream<Item = Job> + Send + Unpin + 'static,
        limits: Limits,
        workshop: &Workshop,
    ) -> Results {
        let workshop = workshop.clone();
        let work = move |job| workshop.clone().work(job);
        match self {
            Self::InOrder => Box::pin(in_order(requests, limits, work)),
            Self::AsTheyFinish => Box::pin(as_they_finish(requests, limits, work)),
        }
    }
}

/// A request: its number, and for how many milliseconds it keeps the workshop busy.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub number: usize,
    pub millis: u64,
}

/// Numbers jobs of the given durations.
pub fn jobs(durations: impl IntoIterator<Item = u64>) -> Vec<Job> {
    let job = |(number, millis)| Job { number, millis };
    durations.into_iter().enumerate().map(job).collect()
}

/// Where the work is done. A clone is the same workshop.
#[derive(Clone)]
pub struct Workshop {
    opened: Instant,
    record: Arc<Mutex<Record>>,
}

/// What happened in a workshop.
#[derive(Debug, Default)]
pub struct Record {
    /// When each job began, in the order of their beginnings, from the opening of the workshop.
    pub begun: Vec<Duration>,
    /// How many have come to their end.
    pub finished: usize,
    /// How many were dropped before.
    pub dropped: usize,
    /// How many were running at the busiest moment.
    pub peak: usize,
}

impl Record {
    pub fn running(&self) -> usize {
        self.begun.len() - self.finished - self.dropped
    }
}

impl Workshop {
    pub fn open() -> Self {
        Self {
            opened: Instant::now(),
            record: Arc::default(),
        }
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        // A test that fails while it reads the record does no harm to the record.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time since the opening.
    pub fn clock(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Begins with its first poll, and returns the number of the job.
    async fn work(self, job: Job) -> usize {
        let mut place = self.begin();
        time::sleep(millis(job.millis)).await;
        place.done = true;
        job.number
    }

    fn begin(&self) -> Place {
        let mut record = self.record();
        record.begun.push(self.clock());
        record.peak = record.peak.max(record.running());
        Place {
            workshop: self.clone(),
            done: false,
        }
    }
}

/// A place at a bench, taken by a job that is being worked at.
struct Place {
    workshop: Workshop,
    done: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut record = self.workshop.record();
        if self.done {
            record.finished += 1;
        } else {
            record.dropped += 1;
        }
    }
}

/// Waits for what should take a fraction of a second. On the paused clock, an hour costs nothing.
pub async fn soon<F: Future>(doing: &str, future: F) -> F::Output {
    let waited = time::timeout(Duration::from_secs(3600), future).await;
    waited.unwrap_or_else(|_| panic!("{doing}: still not done after an hour of paused time"))
}

/// Requires that something happened at a moment of the workshop's clock, give or take what the timer rounds.
#[track_caller]
pub fn assert_at(what: &str, actual: Duration, expected: u64) {
    let slack = millis(3);
    assert!(
        actual >= millis(expected) && actual <= millis(expected) + slack,
        "{what}: expected at {expected} ms, but it was at {} ms",
        actual.as_millis()
    );
}
