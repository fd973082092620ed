//! Works on a stream of requests: several at once, and not too fast.

use std::{collections::VecDeque, num::NonZeroUsize, pin::Pin, task::Poll, time::Duration};

use futures_util::{
    Stream,
    future::{MaybeDone, maybe_done},
    stream,
};
use tokio::time::{Sleep, sleep};

/// How much may be in flight at a time, and how fast it may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many pieces of work may be in flight: begun, and their results not handed over yet.
    pub in_flight: NonZeroUsize,
    /// The least time between the beginnings of two pieces of work. Zero is no limit.
    pub gap: Duration,
}

/// Hands on the items of `source`, in their order, and lets at least `gap` pass between one and the next.
///
/// The time runs from when an item was in fact handed over. So the first item does not wait, an item that comes later than that by
/// itself does not wait either, and a consumer that was away for a while finds one item and not all those
/// that it has missed. A `gap` of zero hands on everything at once.
pub fn paced<S: Stream>(source: S, gap: Duration) -> impl Stream<Item = S::Item> {
    let mut source = Some(Box::pin(source));
    let mut pause: Option<Pin<Box<Sleep>>> = None;
    let mut queue = VecDeque::new();
    stream::poll_fn(move |cx| {
        // The source is never kept waiting.
        while let Some(open) = source.as_mut() {
            match open.as_mut().poll_next(cx) {
                Poll::Ready(Some(item)) => queue.push_back(item),
                Poll::Ready(None) => source = None,
                Poll::Pending => break,
            }
        }
        if let Some(running) = pause.as_mut() {
            if running.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            pause = None;
        }
        match queue.pop_front() {
            None if source.is_some() => Poll::Pending,
            None => Poll::Ready(None),
            Some(item) => {
                if gap > Duration::ZERO {
                    pause = Some(Box::pin(sleep(gap)));
                }
                Poll::Ready(Some(item))
            }
        }
    })
}

/// Does `work` for each of the `requests`, and gives the results in the order of the requests.
///
/// A piece of work is in flight from its first poll until its result is handed over. There are never more than
/// `limits.in_flight` of them, and results that wait for an earlier one count. As long as there are requests and the pace
/// allows it, there are not fewer either: a place that becomes free is filled at once. The beginnings keep the pace that
/// [`paced`] describes, with `limits.gap`.
///
/// Neither a source that is slow nor the pace holds up what is in flight already. The source is not asked again after its end.
///
/// The stream does nothing until it is polled, and what is in flight is dropped with it.
pub fn in_order<S, W, F>(requests: S, limits: Limits, mut work: W) -> impl Stream<Item = F::Output>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    let mut requests = Box::pin(paced(requests, limits.gap));
    let mut ended = false;
    let mut places: VecDeque<Pin<Box<MaybeDone<F>>>> = VecDeque::new();
    stream::poll_fn(move |cx| {
        while !ended && places.len() < limits.in_flight.get() {
            match requests.as_mut().poll_next(cx) {
                Poll::Ready(Some(request)) => places.push_back(Box::pin(maybe_done(work(request)))),
                Poll::Ready(None) => ended = true,
                Poll::Pending => break,
            }
        }
        for place in &mut places {
            // Whether it is done is seen below.
            let _ = place.as_mut().poll(cx);
        }
        let Some(first) = places.front_mut() else {
            return if ended {
                Poll::Ready(None)
            } else {
                Poll::Pending
            };
        };
        match first.as_mut().take_output() {
            Some(output) => {
                places.pop_front();
                Poll::Ready(Some(output))
            }
            None => Poll::Pending,
        }
    })
}

/// Does `work` for each of the `requests`, and gives each result as soon as it is there, whatever the order.
///
/// In all else it is like [`in_order`].
pub fn as_they_finish<S, W, F>(
    requests: S,
    limits: Limits,
    mut work: W,
) -> impl Stream<Item = F::Output>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    let mut requests = Box::pin(paced(requests, limits.gap));
    let mut ended = false;
    let mut running: Vec<Pin<Box<F>>> = Vec::new();
    let mut done: VecDeque<F::Output> = VecDeque::new();
    stream::poll_fn(move |cx| {
        while !ended && running.len() + done.len() < limits.in_flight.get() {
            match requests.as_mut().poll_next(cx) {
                Poll::Ready(Some(request)) => running.push(Box::pin(work(request))),
                Poll::Ready(None) => ended = true,
                Poll::Pending => break,
            }
        }
        running.retain_mut(|piece| match piece.as_mut().poll(cx) {
            Poll::Ready(output) => {
                done.push_back(output);
                false
            }
            Poll::Pending => true,
        });
        match done.pop_front() {
            Some(output) => Poll::Ready(Some(output)),
            None if ended && running.is_empty() => Poll::Ready(None),
            None => Poll::Pending,
        }
    })
}
