//! How many pieces of work are in flight. They are counted, on a clock that stands still and jumps ahead whenever everybody waits.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{FutureExt, StreamExt, stream};
use tokio::time;

#[path = "support/workshop.rs"]
mod workshop;

use workshop::{Adapter, Workshop, assert_at, at_once, jobs, millis, soon};

/// The limit is a promise to whoever does the work: a server with so many connections, a disk with so many heads. And
/// it is there to be used: one at a time would keep the promise as well.
#[tokio::test(start_paused = true)]
async fn never_more_at_once_than_the_limit() {
    for adapter in Adapter::BOTH {
        for limit in [1, 4] {
            let workshop = Workshop::open();
            let requests = stream::iter(jobs((0..20).map(|number| 5 + number * 7 % 11)));
            let results = adapter.run(requests, at_once(limit), &workshop);
            let results: Vec<usize> = soon("working through 20 requests", results.collect()).await;
            assert_eq!(results.len(), 20, "{adapter:?}: results of 20 requests");
            assert_eq!(
                workshop.record().peak,
                limit,
                "{adapter:?}: running at once at the busiest moment, with a limit of {limit}"
            );
        }
    }
}

/// Work in batches keeps the limit too, and then waits for the slowest of each batch with all other places empty. A
/// place is free when its work is done, not when everybody's is.
#[tokio::test(start_paused = true)]
async fn a_free_place_is_filled_at_once() {
    let workshop = Workshop::open();
    let requests = stream::iter(jobs([100, 10, 10, 10, 10]));
    let results = Adapter::AsTheyFinish.run(requests, at_once(2), &workshop);
    soon("working through 5 requests", results.for_each(async |_| {})).await;
    let record = workshop.record();
    assert_eq!(record.begun.len(), 5, "pieces of work begun");
    for (number, expected) in [0, 0, 10, 20, 30].into_iter().enumerate() {
        let what = format!(
            "the beginning of number {number}: the first keeps one of 2 places for 100 ms, and the others \
             need the second for 10 ms each"
        );
        assert_at(&what, record.begun[number], expected);
    }
}

/// Somebody has to keep the results that wait for an earlier one. If they don't count, one slow request is enough
/// for memory to fill with the results of all those after it.
#[tokio::test(start_paused = true)]
async fn results_that_wait_for_their_turn_count() {
    let workshop = Workshop::open();
    let requests = stream::iter(jobs([100].into_iter().chain([1; 50])));
    let mut results = Adapter::InOrder.run(requests, at_once(3), &workshop);
    let early = time::timeout(millis(50), results.next()).await;
    assert!(
        early.is_err(),
        "the first takes 100 ms, and was there in 50"
    );
    assert_eq!(
        workshop.record().begun.len(),
        3,
        "pieces of work begun with a limit of 3, while the result of the first is not there and none was handed over"
    );
    let results: Vec<usize> = soon("the rest", results.collect()).await;
    assert_eq!(results, Vec::from_iter(0..51), "results, in order");
}

/// A stream may have no end: a socket, a queue. What does not fit stays where it is, and whoever fills the queue notices. This is
/// backpressure, and it is lost where requests are taken before there is a place for them.
#[tokio::test(start_paused = true)]
async fn takes_no_more_than_it_has_room_for() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let requests = stream::iter(jobs([10; 1000])).inspect(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let mut results = adapter.run(requests, at_once(4), &workshop);
        for handed_over in 1..=3 {
            let result = soon("the next of 1000 results", results.next()).await;
            assert!(result.is_some(), "{adapter:?}: there are 1000 results");
            // A consumer that takes its time, and does not poll.
            time::sleep(millis(50)).await;
            let begun = workshop.record().begun.len();
            assert!(
                begun <= handed_over + 4,
                "{adapter:?}: {begun} begun with {handed_over} handed over and a limit of 4"
            );
            // One more than that may be at hand already.
            let taken = taken.load(Ordering::Relaxed);
            assert!(
                taken <= handed_over + 5,
                "{adapter:?}: {taken} requests taken from the source, with {handed_over} results handed over and \
                 a limit of 4"
            );
        }
    }
}

/// Like a future, a stream is a plan until somebody polls it. What begins by itself can't be composed, and can't be cancelled by
/// not beginning.
#[tokio::test(start_paused = true)]
async fn nothing_begins_before_the_first_poll() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let mut results = adapter.run(stream::iter(jobs([10; 5])), at_once(2), &workshop);
        time::sleep(millis(100)).await;
        assert_eq!(
            workshop.record().begun.len(),
            0,
            "{adapter:?}: begun before anybody has polled the stream"
        );
        assert!(
            results.next().now_or_never().is_none(),
            "{adapter:?}: the first result takes 10 ms"
        );
        // For those who leave the work to tasks.
        tokio::task::yield_now().await;
        assert_eq!(
            workshop.record().begun.len(),
            2,
            "{adapter:?}: begun after one poll, with a limit of 2"
        );
    }
}

/// What is in flight lives in the stream. So whoever drops the stream drops it all, at once and wherever each piece has got to: after an
/// error, on a time-out, because the user has closed the window. Nothing goes on in the background that nobody waits for.
#[tokio::test(start_paused = true)]
async fn dropping_the_stream_drops_what_is_in_flight() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let requests = stream::iter(jobs([10, 1000, 1000, 1000, 1000, 1000]));
        let mut results = adapter.run(requests, at_once(3), &workshop);
        let first = soon("the first result", results.next()).await;
        assert_eq!(first, Some(0), "{adapter:?}: the first result");
        drop(results);

        // A task that was aborted goes when it is its turn, so give it one.
        time::sleep(millis(1)).await;
        let begun = workshop.record().begun.len();
        assert_eq!(
            workshop.record().running(),
            0,
            "{adapter:?}: still running after the stream was dropped"
        );
        time::sleep(millis(5000)).await;
        let record = workshop.record();
        assert_eq!(
            (record.begun.len(), record.finished),
            (begun, 1),
            "{adapter:?}: begun and finished, 5 s after the stream was dropped with one result handed over"
        );
    }
}
