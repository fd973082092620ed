//! Iterators whose items have to be waited for.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

/// Hands out items one after the other, each of them when it is there.
///
/// The future of one step borrows the iterator until the step is done or given up. Giving one up before it is done
/// (by dropping it) loses nothing: no item, and nothing of what an adapter keeps count of.
///
/// Neither the adapters nor `collect` allocate: whatever memory is used belongs to the source, to the function that
/// is mapped, or to the collection. They are `Send` where their parts are, they hand on the waker of whoever polls
/// them, and they work with futures that must not move.
pub trait AsyncIterator {
    /// What is handed out.
    type Item;

    /// One step: the next item, or `None` at the end.
    type Next<'a>: Future<Output = Option<Self::Item>>
    where
        Self: 'a;

    /// Takes one step. Nothing happens until the future is polled.
    fn next<'a>(&'a mut self) -> Self::Next<'a>;

    /// The same items, each passed through `f` when it arrives.
    fn map<B, F>(self, f: F) -> Map<Self, F>
    where
        Self: Sized,
        F: FnMut(Self::Item) -> B,
    {
        Map { iter: self, f }
    }

    /// The first `limit` items, or fewer if there are fewer. Once it has handed out `limit` items it has ended for
    /// good, and does not ask for another.
    fn take(self, limit: usize) -> Take<Self>
    where
        Self: Sized,
    {
        Take {
            iter: self,
            left: limit,
        }
    }

    /// Waits for all items and puts them into a collection, which begins as `C::default()`.
    fn collect<C>(mut self) -> impl Future<Output = C>
    where
        Self: Sized,
        C: Default + Extend<Self::Item>,
    {
        async move {
            let mut collection = C::default();
            while let Some(item) = self.next().await {
                collection.extend([item]);
            }
            collection
        }
    }
}

/// What [`AsyncIterator::map`] returns.
pub struct Map<I, F> {
    iter: I,
    f: F,
}

impl<I, F, B> AsyncIterator for Map<I, F>
where
    I: AsyncIterator,
    F: FnMut(I::Item) -> B,
{
    type Item = B;
    type Next<'a>
        = MapNext<'a, I, F>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        MapNext {
            step: self.iter.next(),
            f: &mut self.f,
        }
    }
}

pin_project! {
    /// One step of [`Map`].
    #[must_use = "futures do nothing unless polled"]
    pub struct MapNext<'a, I, F>
    where
        I: AsyncIterator,
        I: 'a,
    {
        #[pin]
        step: I::Next<'a>,
        f: &'a mut F,
    }
}

impl<I, F, B> Future for MapNext<'_, I, F>
where
    I: AsyncIterator,
    F: FnMut(I::Item) -> B,
{
    type Output = Option<B>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<B>> {
        let this = self.project();
        let item = ready!(this.step.poll(context));
        Poll::Ready(item.map(this.f))
    }
}

/// What [`AsyncIterator::take`] returns.
pub struct Take<I> {
    iter: I,
    /// How many items may still be handed out.
    left: usize,
}

impl<I: AsyncIterator> AsyncIterator for Take<I> {
    type Item = I::Item;
    type Next<'a>
        = TakeNext<'a, I>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        TakeNext {
            step: (self.left > 0).then(|| self.iter.next()),
            left: &mut self.left,
        }
    }
}

pin_project! {
    /// One step of [`Take`].
    #[must_use = "futures do nothing unless polled"]
    pub struct TakeNext<'a, I>
    where
        I: AsyncIterator,
        I: 'a,
    {
        // None at the end: the source is not even asked.
        #[pin]
        step: Option<I::Next<'a>>,
        left: &'a mut usize,
    }
}

impl<I: AsyncIterator> Future for TakeNext<'_, I> {
    type Output = Option<I::Item>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<I::Item>> {
        let this = self.project();
        let Some(step) = this.step.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let item = ready!(step.poll(context));
        // Not before: a step that is given up has handed out nothing.
        if item.is_some() {
            **this.left -= 1;
        }
        Poll::Ready(item)
    }
}
