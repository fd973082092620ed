//! How the work grows with the data.

use std::hint::black_box;

use instruction_count::{Cost, measure};
use review_fix_the_crate::{Reading, Series};

/// Fails if four times the data take much more than four times the work.
#[track_caller]
fn assert_in_proportion([small, large]: [Cost; 2], what: &str) {
    let factor = large.instructions as f64 / small.instructions.max(1) as f64;
    assert!(
        factor < 7.0,
        "{what} took {} instructions, {factor:.1} times as many as a quarter of it",
        large.instructions
    );
}

/// A day that arrives late belongs before what is there already. To move all of that for each of its readings is quadratic, however fast
/// each move is.
#[test]
fn a_late_day_takes_no_more_work() {
    let from = |start: u64, count: u64| -> Vec<Reading> {
        let times = start..start + count;
        times.map(|at| Reading { at, value: 18.5 }).collect()
    };
    let (mut short, mut long) = (Series::new(), Series::new());
    short.merge(from(100_000, 1_500));
    long.merge(from(100_000, 6_000));
    let (few, many) = (from(0, 1_500), from(0, 6_000));
    let counts = measure([
        &mut || short.merge(black_box(&few).iter().copied()),
        &mut || long.merge(black_box(&many).iter().copied()),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    assert_in_proportion(
        counts,
        "merging 6000 readings that belong before 6000 others",
    );
}

/// Four times the data may take four times the work, and a little more for sorting. Where it takes sixteen times as much, the tests
/// with ten readings are quick, and the first whole year never ends.
#[test]
fn four_times_the_readings_take_about_four_times_the_work() {
    let day =
        |count: u64| -> Vec<Reading> { (0..count).map(|at| Reading { at, value: 18.5 }).collect() };
    let (mut short, mut long) = (Series::new(), Series::new());
    let (few, many) = (day(300), day(1200));
    let counts = measure([
        &mut || short.merge(black_box(&few).iter().copied()),
        &mut || long.merge(black_box(&many).iter().copied()),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    assert_in_proportion(counts, "merging 1200 readings");
}
