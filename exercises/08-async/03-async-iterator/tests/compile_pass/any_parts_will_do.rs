use std::{
    future::{Ready, ready},
    marker::PhantomPinned,
    rc::Rc,
};

use async_async_iterator::AsyncIterator;

/// No traits at all.
struct Item;

/// Neither `Send`, nor `Unpin`, nor `Clone`, and it borrows.
struct Tied<'s> {
    items: &'s mut Vec<Item>,
    thread: Rc<()>,
    place: PhantomPinned,
}

impl AsyncIterator for Tied<'_> {
    type Item = Item;
    type Next<'a>
        = Ready<Option<Item>>
    where
        Self: 'a;

    fn next<'a>(&'a mut self) -> Self::Next<'a> {
        ready(self.items.pop())
    }
}

/// Whatever iterator it is.
async fn collects<I: AsyncIterator>(iter: I) -> Vec<I::Item> {
    iter.take(2).collect().await
}

async fn uses() {
    let mut items = vec![Item];
    let mut seen = Vec::new();
    let unique = Box::new(1);
    let tied = Tied {
        items: &mut items,
        thread: Rc::new(()),
        place: PhantomPinned,
    };
    let _ = (&tied.thread, &tied.place);
    // Changes what it borrows, and what it owns can't be copied.
    let noted = tied.map(|item| {
        seen.push(*unique);
        item
    });
    let _: Vec<Item> = collects(noted).await;
}

fn main() {
    let _ = uses();
}
