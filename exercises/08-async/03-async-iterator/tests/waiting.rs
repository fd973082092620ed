//! What a step costs, and what it promises to whoever runs it.

use std::{
    cell::Cell,
    iter,
    marker::PhantomPinned,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use alloc_counter::allocations;
use async_async_iterator::AsyncIterator;
use type_probe::as_dyn;

#[path = "source/counter.rs"]
mod counter;

use counter::{Counter, block_on, poll_once};

/// A collection that allocates nothing: the sum of what is put into it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Total(u64);

impl Extend<u64> for Total {
    fn extend<I: IntoIterator<Item = u64>>(&mut self, items: I) {
        self.0 += items.into_iter().sum::<u64>();
    }
}

/// A box a step is a box an item, in each adapter of the stack. A future whose type has a name lies where the caller
/// has it, with that of the step below inside, like an iterator's state in a loop.
#[test]
fn a_step_allocates_nothing() {
    let (counter, _) = Counter::new(1);
    let mut iter = counter.map(|number| number + 1).take(1000);
    let (boxes, sum) = allocations(|| {
        iter::from_fn(|| block_on(iter.next()))
            .take(100)
            .sum::<u64>()
    });
    assert_eq!(sum, (1..=100).sum());
    assert_eq!(
        boxes, 0,
        "allocations in 100 steps of a `map` under a `take`: there should be none"
    );

    let (boxes, total) = allocations(|| block_on(iter.collect::<Total>()));
    assert_eq!(total, Total((101..=1000).sum()));
    assert_eq!(
        boxes, 0,
        "allocations while 900 items were collected into something that needs no memory"
    );
}

/// Pending means: I have seen to it that you will be woken. The adapters hand on the waker that they were polled with,
/// so that the source wakes whoever waits. Who wakes the waiter at once instead has written a busy loop.
#[test]
fn is_polled_only_when_woken() {
    #[derive(Default)]
    struct Wakes(AtomicUsize);
    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    let wakes = Arc::<Wakes>::default();
    let waker = Waker::from(Arc::clone(&wakes));
    let mut context = Context::from_waker(&waker);
    let (counter, record) = Counter::new(2);
    let mut iter = counter.map(|number| number + 1).take(1);
    let mut future = pin!(iter.next());
    assert_eq!(record.polls(), 0, "`next` alone does nothing yet");
    for poll in 1..=2 {
        assert_eq!(future.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(record.polls(), poll, "one poll asks the source once");
        assert_eq!(
            wakes.0.load(Relaxed),
            poll - 1,
            "nobody has news yet, and the waiter was woken"
        );
        let waker = record.waker.lock().expect("nobody panics with it").take();
        waker
            .expect("the source was polled and has kept a waker")
            .wake();
        assert_eq!(
            wakes.0.load(Relaxed),
            poll,
            "the source had news and woke somebody, but not the one who waits"
        );
    }
    assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(Some(1)));
    assert_eq!(
        (record.steps(), record.polls()),
        (1, 3),
        "one step of the source, polled twice too early and once to the end"
    );
}

/// The future of an `async` block may point into itself and must not be moved once it was polled. A bound `Unpin`
/// would shut all of these out. To poll a field in its place, a future has to *project* its pin to it.
#[test]
fn works_with_steps_that_must_not_move() {
    struct Pinned(Cell<u64>);
    struct PinnedStep<'a>(&'a Pinned, PhantomPinned);
    impl AsyncIterator for Pinned {
        type Item = u64;
        type Next<'a> = PinnedStep<'a>;

        fn next<'a>(&'a mut self) -> PinnedStep<'a> {
            PinnedStep(self, PhantomPinned)
        }
    }
    impl Future for PinnedStep<'_> {
        type Output = Option<u64>;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u64>> {
            let Pinned(number) = self.0;
            number.set(number.get() + 1);
            Poll::Ready(Some(number.get()))
        }
    }

    let mut iter = Pinned(Cell::new(0)).map(|number| number * 2).take(2);
    for expected in [Some(2), Some(4), None] {
        assert_eq!(
            poll_once(iter.next()),
            Poll::Ready(expected),
            "the numbers from 1, doubled, and 2 of them"
        );
    }
}

/// A runtime with several threads moves a task between them, so the task must be `Send`. Nobody has to say so: it is
/// inferred from the parts. But a `dyn Future` has no parts, and is `Send` only if it says so.
#[test]
fn can_be_collected_on_another_thread() {
    let (counter, _) = Counter::new(1);
    let future = counter
        .map(|number| number + 1)
        .take(3)
        .collect::<Vec<u64>>();
    let future = as_dyn!(future, Future<Output = Vec<u64>> + Send).expect(
        "the future of `collect` is not Send, although the source, the function and the items are",
    );
    let there = thread::spawn(move || block_on(Box::into_pin(future)));
    assert_eq!(there.join().expect("the other thread"), [1, 2, 3]);
}
