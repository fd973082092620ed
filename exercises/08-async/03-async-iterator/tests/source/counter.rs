//! A source of numbers that keeps a record of what is asked of it.

use std::{
    cell::Cell,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};

use async_async_iterator::AsyncIterator;

/// What happened to a [`Counter`].
#[derive(Default)]
pub struct Record {
    /// How many steps were begun, that is, polled at least once.
    pub steps: AtomicUsize,
    /// How often a step was polled.
    pub polls: AtomicUsize,
    /// Whom the last pending step is going to wake.
    pub waker: Mutex<Option<Waker>>,
}

impl Record {
    pub fn steps(&self) -> usize {
        self.steps.load(Relaxed)
    }

    pub fn polls(&self) -> usize {
        self.polls.load(Relaxed)
    }
}

/// Counts from 0, for ever. The future of each step is pending for `waits` polls before it is ready. It is the future
/// that keeps count of them: a new one begins anew.
pub struct Counter {
    waits: usize,
    next: Cell<u64>,
    record: Arc<Record>,
}

impl Counter {
    /// A counter and its record.
    pub fn new(waits: usize) -> (Self, Arc<Record>) {
        let record = Arc::<Record>::default();
        let next = Cell::new(0);
        let counter = Self {
            waits,
            next,
            record: Arc::clone(&record),
        };
        (counter, record)
    }
}

impl AsyncIterator for Counter {
    type Item = u64;
    type Next<'a> = Step<'a>;

    fn next<'a>(&'a mut self) -> Step<'a> {
        Step {
            begun: Cell::new(false),
            waits: Cell::new(self.waits),
            counter: self,
        }
    }
}

pub struct Step<'a> {
    begun: Cell<bool>,
    waits: Cell<usize>,
    counter: &'a mut Counter,
}

impl Future for Step<'_> {
    type Output = Option<u64>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<u64>> {
        let Counter { next, record, .. } = &*self.counter;
        if !self.begun.replace(true) {
            record.steps.fetch_add(1, Relaxed);
        }
        record.polls.fetch_add(1, Relaxed);
        if let Some(fewer) = self.waits.get().checked_sub(1) {
            self.waits.set(fewer);
            let mut waker = record.waker.lock().unwrap_or_else(PoisonError::into_inner);
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Some(next.replace(next.get() + 1)))
    }
}

/// Polls a future until it is ready. What is not ready after a thousand polls never will be.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("still pending after 1000 polls, although no step needs more than a few")
}

/// Polls a future once, and gives it up if it is not ready.
pub fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
