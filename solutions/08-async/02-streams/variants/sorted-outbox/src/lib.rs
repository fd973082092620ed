//! Works on a stream of requests: several at once, and not too fast.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    Stream, StreamExt,
    stream::{self, Fuse, FuturesUnordered},
};
use pin_project_lite::pin_project;
use tokio::time::{Instant, sleep};

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
    let start = (Box::pin(source), None::<Instant>);
    stream::unfold(start, move |(mut source, last)| async move {
        if let Some(last) = last {
            let left = gap.saturating_sub(last.elapsed());
            if !left.is_zero() {
                sleep(left).await;
            }
        }
        let item = source.next().await?;
        Some((item, (source, Some(Instant::now()))))
    })
    .fuse()
}

/// In which order the results are handed over.
#[derive(Clone, Copy)]
enum Order {
    /// That of the requests.
    Requests,
    /// That in which they are there.
    Completion,
}

pin_project! {
    /// Work in flight: the pieces that are running, and the results that are not handed over yet.
    struct Flight<S, W, F>
    where
        F: Future,
    {
        #[pin]
        requests: Fuse<S>,
        work: W,
        limit: usize,
        order: Order,
        begun: u64,
        given: u64,
        running: FuturesUnordered<Pin<Box<numbered::Numbered<F>>>>,
        outbox: BTreeMap<u64, F::Output>,
        finished: u64,
    }
}

/// A future that remembers its number.
mod numbered {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use pin_project_lite::pin_project;

    pin_project! {
        pub(super) struct Numbered<F> {
            number: u64,
            #[pin]
            piece: F,
        }
    }

    impl<F> Numbered<F> {
        pub(super) fn new(number: u64, piece: F) -> Self {
            Self { number, piece }
        }
    }

    impl<F: Future> Future for Numbered<F> {
        type Output = (u64, F::Output);

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let this = self.project();
            let number = *this.number;
            this.piece.poll(cx).map(|output| (number, output))
        }
    }
}

impl<S, W, F> Stream for Flight<S, W, F>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    type Item = F::Output;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let mut this = self.project();
        while this.running.len() + this.outbox.len() < *this.limit {
            match this.requests.as_mut().poll_next(cx) {
                Poll::Ready(Some(request)) => {
                    let piece = (this.work)(request);
                    this.running
                        .push(Box::pin(numbered::Numbered::new(*this.begun, piece)));
                    *this.begun += 1;
                }
                Poll::Ready(None) | Poll::Pending => break,
            }
        }
        while let Poll::Ready(Some((number, output))) = this.running.poll_next_unpin(cx) {
            let place = match this.order {
                Order::Requests => number,
                Order::Completion => *this.finished,
            };
            *this.finished += 1;
            this.outbox.insert(place, output);
        }
        if let Some(output) = this.outbox.remove(&*this.given) {
            *this.given += 1;
            return Poll::Ready(Some(output));
        }
        let over = this.requests.is_done() && this.running.is_empty() && this.outbox.is_empty();
        if over {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }
}

fn flight<S, W, F>(requests: S, limit: NonZeroUsize, work: W, order: Order) -> Flight<S, W, F>
where
    S: Stream,
    W: FnMut(S::Item) -> F,
    F: Future,
{
    Flight {
        requests: requests.fuse(),
        work,
        limit: limit.get(),
        order,
        begun: 0,
        given: 0,
        running: FuturesUnordered::new(),
        outbox: BTreeMap::new(),
        finished: 0,
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
    flight(
        paced(requests, limits.gap),
        limits.in_flight,
        work,
        Order::Requests,
    )
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
    flight(
        paced(requests, limits.gap),
        limits.in_flight,
        work,
        Order::Completion,
    )
}
