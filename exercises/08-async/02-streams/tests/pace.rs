//! How fast things begin.

use std::{pin::pin, time::Duration};

use async_streams::{Limits, paced};
use futures_util::{StreamExt, stream};
use tokio::{sync::mpsc, time};

#[path = "support/workshop.rs"]
mod workshop;

use workshop::{Adapter, Workshop, assert_at, at_once, jobs, millis, soon};

const GAP: Duration = millis(10);

/// The first may go at once: nobody went before it. Each of the others waits for its turn.
#[tokio::test(start_paused = true)]
async fn items_keep_their_distance() {
    let workshop = Workshop::open();
    let mut items = pin!(paced(stream::iter(0..5), GAP));
    for number in 0..5 {
        let item = soon("the next item", items.next()).await;
        assert_eq!(item, Some(number), "items come in the order of the source");
        let what = format!("item {number}, with 10 ms between items");
        assert_at(&what, workshop.clock(), 10 * number);
    }
    let end = soon("the end", items.next()).await;
    assert_eq!(end, None, "the source has 5 items");
}

/// Whoever comes slower than the pace has waited enough.
#[tokio::test(start_paused = true)]
async fn a_slow_source_is_not_made_slower() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for number in 0..4_u64 {
            time::sleep(millis(30)).await;
            let _ = sender.send(number);
        }
    });
    let workshop = Workshop::open();
    let source = stream::poll_fn(move |context| receiver.poll_recv(context));
    let mut items = pin!(paced(source, GAP));
    for number in 0..4 {
        let item = soon("the next item", items.next()).await;
        assert_eq!(item, Some(number));
        let what = format!("item {number}, which is there 30 ms after the one before,");
        assert_at(&what, workshop.clock(), 30 * (number + 1));
    }
}

/// The consumer was away for a while. To make up for it would be a burst of the kind that the pace is there to prevent: a server that
/// allows a hundred requests a second does not allow a thousand after ten seconds of silence.
#[tokio::test(start_paused = true)]
async fn a_pause_earns_no_burst() {
    let workshop = Workshop::open();
    let mut items = pin!(paced(stream::iter(0..6), GAP));
    soon("the first item", items.next()).await;
    time::sleep(millis(35)).await;
    for (number, expected) in [35, 45, 55].into_iter().enumerate() {
        soon("the next item", items.next()).await;
        let what = format!(
            "item {}, with a consumer that was away from 0 to 35 ms",
            number + 1
        );
        assert_at(&what, workshop.clock(), expected);
    }

    // Away once more, and this time it had already begun to wait for the next.
    let waited = time::timeout(millis(5), items.next()).await;
    assert!(
        waited.is_err(),
        "the next item may come at 65 ms, and was there before 60"
    );
    time::sleep(millis(40)).await;
    for (number, expected) in [100, 110].into_iter().enumerate() {
        soon("the next item", items.next()).await;
        let what = format!(
            "item {}, with a consumer that was away from 60 to 100 ms, while it waited for item 4",
            number + 4
        );
        assert_at(&what, workshop.clock(), expected);
    }
}

/// Zero is a number like any other to whoever writes the configuration.
#[tokio::test(start_paused = true)]
async fn a_gap_of_zero_is_no_limit() {
    let workshop = Workshop::open();
    let items = paced(stream::iter(0..100), Duration::ZERO);
    let items: Vec<u64> = soon("100 items", items.collect()).await;
    assert_eq!(items, Vec::from_iter(0..100), "items, in order");
    assert_eq!(workshop.clock(), Duration::ZERO, "the time that this took");
}

/// The pace is a limit on beginnings: that is what the other side sees. How long each takes, and when its result is taken, has
/// nothing to do with it.
#[tokio::test(start_paused = true)]
async fn work_begins_at_the_pace() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let requests = stream::iter(jobs([45, 5, 35, 25, 15]));
        let limits = Limits {
            gap: GAP,
            ..at_once(5)
        };
        let results = adapter.run(requests, limits, &workshop);
        soon("working through 5 requests", results.for_each(async |_| {})).await;
        let record = workshop.record();
        assert_eq!(record.begun.len(), 5, "{adapter:?}: pieces of work begun");
        for (number, begun) in record.begun.iter().enumerate() {
            let what =
                format!("{adapter:?}: the beginning of number {number}, with a pace of 10 ms");
            assert_at(&what, *begun, 10 * number as u64);
        }
        assert!(
            record.peak > 1,
            "{adapter:?}: at a pace of 10 ms, work of 45 ms should overlap with what comes after it"
        );
    }
}

/// Waiting for the next beginning is waiting, too: what is in flight goes on meanwhile, and is handed over when it is done.
#[tokio::test(start_paused = true)]
async fn the_pace_holds_up_no_result() {
    for adapter in Adapter::BOTH {
        let workshop = Workshop::open();
        let limits = Limits {
            gap: millis(100),
            ..at_once(3)
        };
        let requests = stream::iter(jobs([10, 10, 10]));
        let mut results = adapter.run(requests, limits, &workshop);
        for number in 0..3 {
            soon("the next result", results.next()).await;
            let what = format!(
                "{adapter:?}: the result of number {number}, which takes 10 ms, with a pace of 100 ms"
            );
            assert_at(&what, workshop.clock(), 100 * number + 10);
        }
    }
}
