//! What happens between two lines when there is another thread.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use review_fix_the_crate::{Reading, Series, Store};

fn at(at: u64) -> Reading {
    Reading { at, value: 18.5 }
}

/// One thread records two readings. Before it gets the second from its source, another thread records one of its own for the same
/// station. Returns whether the other thread was done by then, and what the store holds in the end.
fn two_threads() -> (bool, Series) {
    let store = Arc::new(Store::new());
    store.record("harbour", [at(60)]);
    let (ask, asked) = mpsc::channel();
    let (tell, done) = mpsc::channel();
    let other = thread::spawn({
        let store = Arc::clone(&store);
        move || {
            asked.recv().expect("the first thread's sign");
            store.record("harbour", [at(180)]);
            // Nobody may be waiting for it any more.
            let _ = tell.send(());
        }
    });
    let mut was_done = false;
    let slow = [at(120), at(240)].into_iter().inspect(|reading| {
        if reading.at == 240 {
            ask.send(()).expect("the other thread");
            was_done = done.recv_timeout(Duration::from_secs(5)).is_ok();
        }
    });
    store.record("harbour", slow);
    other.join().expect("the other thread");
    (was_done, store.snapshot("harbour").expect("a series"))
}

/// A lock protects what happens while it is held. Reading under it, working without it and writing under it again is
/// three steps, and what another thread wrote in between is overwritten. No data race, and data lost all the same.
#[test]
fn nothing_is_lost_between_two_threads() {
    let (_, series) = two_threads();
    let times: Vec<u64> = series
        .into_readings()
        .iter()
        .map(|reading| reading.at)
        .collect();
    assert_eq!(
        times,
        [60, 120, 180, 240],
        "the times of the readings of one station, after two threads have recorded some at once"
    );
}

/// The other way to get it wrong: a lock that is held while somebody else's code runs. The source of the readings is the
/// caller's, and may be a modem.
#[test]
fn a_slow_source_holds_nobody_up() {
    let (was_done, _) = two_threads();
    assert!(
        was_done,
        "while one thread waited for its next reading, another could not record its own"
    );
}
