//! In which order results come, and what may hold them up.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt, stream};

#[path = "support/workshop.rs"]
mod workshop;

use workshop::{Adapter, Job, Workshop, assert_at, at_once, jobs, soon};

/// The order of the requests, though the later ones were quicker. All of them work at the same time: the last result comes when
/// the slowest is done, not after the sum of all.
#[tokio::test(start_paused = true)]
async fn in_order_keeps_the_order_of_the_requests() {
    let workshop = Workshop::open();
    let requests = stream::iter(jobs([40, 10, 30, 20]));
    let results = Adapter::InOrder.run(requests, at_once(4), &workshop);
    let results: Vec<usize> = soon("working through 4 requests", results.collect()).await;
    assert_eq!(
        results,
        [0, 1, 2, 3],
        "results of work that takes 40, 10, 30 and 20 ms"
    );
    assert_at("the end of it all", workshop.clock(), 40);
}

/// Where the order is of no interest, there is no reason to wait for it.
#[tokio::test(start_paused = true)]
async fn as_they_finish_gives_the_quickest_first() {
    let workshop = Workshop::open();
    let requests = stream::iter(jobs([40, 10, 30, 20]));
    let mut results = Adapter::AsTheyFinish.run(requests, at_once(4), &workshop);
    for (number, expected) in [(1, 10), (3, 20), (2, 30), (0, 40)] {
        let result = soon("the next result", results.next()).await;
        assert_eq!(
            result,
            Some(number),
            "the result at {expected} ms, of work that takes 40, 10, 30 and 20 ms"
        );
        let what = format!("the result of number {number}");
        assert_at(&what, workshop.clock(), expected);
    }
    let end = soon("the end", results.next()).await;
    assert_eq!(end, None, "there were 4 requests");
}

/// Requests come when they come: the next may be an hour away. What is in flight needs to be polled meanwhile, and its
/// result is handed over when it is there.
#[tokio::test(start_paused = true)]
async fn a_slow_source_holds_up_no_result() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        // Two requests, and a source that says nothing more and does not end.
        let requests = stream::iter(jobs([20, 10])).chain(stream::pending());
        let mut results = adapter.run(requests, at_once(3), &workshop);
        for _ in 0..2 {
            let what = format!("{adapter:?}: a result, while the source has no further request");
            let result = soon(&what, results.next()).await;
            assert!(
                result.is_some(),
                "{adapter:?}: the stream ended before its source did"
            );
        }
        assert_at("the second result", workshop.clock(), 20);
    }
}

/// A stream that has ended may do anything when it is polled again: panic, or begin anew. With work still in flight, it would be easy to
/// ask once more.
#[tokio::test(start_paused = true)]
async fn the_source_is_not_asked_after_its_end() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let source = Once {
            jobs: jobs([10, 30, 20]).into_iter(),
            ended: false,
        };
        let results = adapter.run(source, at_once(5), &workshop);
        let mut results: Vec<usize> = soon("working through 3 requests", results.collect()).await;
        results.sort_unstable();
        assert_eq!(results, [0, 1, 2], "{adapter:?}: results");
    }
    let none = Adapter::InOrder.run(stream::empty(), at_once(2), &Workshop::open());
    let none: Vec<usize> = soon("the end of an empty stream", none.collect()).await;
    assert_eq!(none, [], "results of no requests");
}

/// A source that can't be asked again.
struct Once {
    jobs: std::vec::IntoIter<Job>,
    ended: bool,
}

impl Stream for Once {
    type Item = Job;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Job>> {
        assert!(!self.ended, "the source was asked again after its end");
        let job = self.jobs.next();
        self.ended = job.is_none();
        Poll::Ready(job)
    }
}
