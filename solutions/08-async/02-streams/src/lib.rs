//! Works on a stream of requests: several at once, and not too fast.

use std::{
    num::NonZeroUsize,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::{Stream, StreamExt};
use pin_project_lite::pin_project;
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
    Paced {
        source,
        rest: None,
        gap,
    }
}

pin_project! {
    /// Rests for a while after each item.
    struct Paced<S> {
        #[pin]
        source: S,
        // Begins when an item is handed over, so a consumer that was away finds it long over.
        #[pin]
        rest: Option<Sleep>,
        gap: Duration,
    }
}

impl<S: Stream> Stream for Paced<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let mut this = self.project();
        if let Some(rest) = this.rest.as_mut().as_pin_mut() {
            ready!(rest.poll(context));
            this.rest.set(None);
        }
        let item = ready!(this.source.poll_next(context));
        if item.is_some() && !this.gap.is_zero() {
            this.rest.set(Some(sleep(*this.gap)));
        }
        Poll::Ready(item)
    }
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
pub fn in_order<S, W, F>(requests: S, limits: Limits, work: W) -> impl Stream<Item = F::Output>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    paced(requests, limits.gap)
        .map(work)
        .buffered(limits.in_flight.get())
}

/// Does `work` for each of the `requests`, and gives each result as soon as it is there, whatever the order.
///
/// In all else it is like [`in_order`].
pub fn as_they_finish<S, W, F>(
    requests: S,
    limits: Limits,
    work: W,
) -> impl Stream<Item = F::Output>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    paced(requests, limits.gap)
        .map(work)
        .buffer_unordered(limits.in_flight.get())
}
