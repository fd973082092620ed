//! What `map`, `take` and `collect` hand out, and what they ask for.

use std::{
    collections::BTreeSet,
    future::{Ready, ready},
    task::Poll,
};

use async_async_iterator::AsyncIterator;

#[path = "source/counter.rs"]
mod counter;

use counter::{Counter, block_on, poll_once};

/// The items of a slice, which are there at once.
struct Items<'s, T>(&'s [T]);

impl<'s, T> AsyncIterator for Items<'s, T> {
    type Item = &'s T;
    type Next<'a>
        = Ready<Option<&'s T>>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        ready(self.0.split_off_first())
    }
}

/// The function is called once for each item, in order, and may change what it has captured: it is `FnMut`.
#[test]
fn maps_each_item_in_order() {
    let mut calls = 0;
    {
        let mut labelled = Items(&["a", "b", "c"]).map(|name| {
            calls += 1;
            format!("{name}{calls}")
        });
        for expected in ["a1", "b2", "c3"] {
            assert_eq!(block_on(labelled.next()).as_deref(), Some(expected));
        }
        assert_eq!(
            block_on(labelled.next()),
            None,
            "three items went in, and a fourth came out"
        );
    }
    assert_eq!(
        calls, 3,
        "the function is for items: the end is not one of them"
    );
}

/// `take` makes something finite of a source that has no end.
#[test]
fn takes_the_first_items() {
    let (counter, _) = Counter::new(0);
    let first: Vec<u64> = block_on(counter.take(3).collect());
    assert_eq!(first, [0, 1, 2], "the first 3 of 0, 1, 2, 3, …");
}

/// A limit is no promise: where fewer come, fewer are handed out, and the end comes through.
#[test]
fn ends_with_its_source() {
    let taken: Vec<&char> = block_on(Items(&['a', 'b']).take(5).collect());
    assert_eq!(taken, [&'a', &'b'], "at most 5 of 2");
}

/// Whoever has taken the last item must not ask for one more to find out that this was all. With a socket behind it,
/// that question may wait for ever, or take from the socket what was meant for the next reader.
#[test]
fn asks_for_nothing_beyond_the_last() {
    let (counter, record) = Counter::new(0);
    let mut two = counter.take(2);
    for expected in [Some(0), Some(1), None, None] {
        assert_eq!(
            block_on(two.next()),
            expected,
            "2 items are taken, then it has ended"
        );
    }
    assert_eq!(
        (record.steps(), record.polls()),
        (2, 2),
        "steps of the source that were begun, and polls of them, for 2 items"
    );

    let (counter, record) = Counter::new(0);
    let none: Vec<u64> = block_on(counter.take(0).collect());
    assert_eq!(
        (none, record.steps()),
        (vec![], 0),
        "nothing is wanted, so nothing need be asked for"
    );
}

/// A step can be given up: a timeout strikes, or another future of a `select!` is faster. What was not handed out must
/// not be counted as handed out. The time to count is when the item arrives.
#[test]
fn an_abandoned_step_loses_nothing() {
    let (counter, _) = Counter::new(1);
    let mut calls = 0;
    let mut two = counter
        .map(|number| {
            calls += 1;
            number
        })
        .take(2);
    for _ in 0..5 {
        drop(two.next());
        assert_eq!(
            poll_once(two.next()),
            Poll::Pending,
            "no item has been handed out yet, so there are 2 to wait for"
        );
    }
    let taken: Vec<u64> = block_on(two.collect());
    assert_eq!(
        taken,
        [0, 1],
        "ten steps were given up before they were done, and then 2 items taken"
    );
    assert_eq!(calls, 2, "the function is called when an item arrives");
}

/// What `collect` asks of the collection is what the collection says of itself: that it can be empty and be extended.
#[test]
fn collects_into_any_collection() {
    let letters = ['h', 'e', 'l', 'l', 'o'];
    let text: String = block_on(Items(&letters).collect());
    assert_eq!(text, "hello");
    let set: BTreeSet<char> = block_on(Items(&letters).map(|letter| *letter).collect());
    assert_eq!(set, BTreeSet::from(['e', 'h', 'l', 'o']));
}

/// A step may be ready only after some polls. It is this step that has to be polled again. Who asks for a new one
/// each time throws away the progress of the old one.
#[test]
fn a_step_is_continued_when_it_is_polled_again() {
    let (counter, record) = Counter::new(3);
    let collected: Vec<u64> = block_on(counter.map(|number| number * 10).take(3).collect());
    assert_eq!(collected, [0, 10, 20]);
    assert_eq!(record.steps(), 3, "3 items take 3 steps of the source");
}

/// An adapter is an iterator, so it can be adapted, in any order.
#[test]
fn adapters_can_be_stacked() {
    let (counter, record) = Counter::new(1);
    let stacked = counter
        .take(7)
        .map(|number| number + 1)
        .take(4)
        .map(|number| number * number);
    let squares: Vec<u64> = block_on(stacked.take(100).collect());
    assert_eq!(squares, [1, 4, 9, 16]);
    assert_eq!(
        record.steps(),
        4,
        "the stricter of two limits decides how often the source is asked"
    );
}

/// The lifetime of a step is not the lifetime of the items. What a source borrows may outlive the source, and a
/// function may borrow from where it was written. This is what `where Self: 'a` is for: it says of each step that it
/// lives no longer than the iterator, and says nothing of the items.
#[test]
fn items_outlive_their_iterator() {
    let names = [String::from("Ada"), String::from("Grace")];
    let greeting = String::from("hello");
    let collected: Vec<(&str, &str)> = {
        let greet = |name| (greeting.as_str(), String::as_str(name));
        block_on(Items(&names).map(greet).take(2).collect())
    };
    assert_eq!(collected, [("hello", "Ada"), ("hello", "Grace")]);
}
