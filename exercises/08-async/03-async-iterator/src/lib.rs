//! Iterators whose items have to be waited for.

use std::future::{Future, Pending};

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
    fn collect<C>(self) -> impl Future<Output = C>
    where
        Self: Sized,
        C: Default + Extend<Self::Item>,
    {
        async { todo!("step by step, to the end") }
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

    /// Stands in for a future of your own.
    type Next<'a>
        = Pending<Option<B>>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        let _ = (&mut self.iter, &mut self.f);
        todo!("a future that maps what the next step brings")
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

    /// Stands in for a future of your own.
    type Next<'a>
        = Pending<Option<I::Item>>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        let _ = &mut self.iter;
        todo!("a future that counts, with {} items left", self.left)
    }
}
