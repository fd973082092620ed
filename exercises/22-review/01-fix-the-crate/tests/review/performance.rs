//! How the work grows with the data.

use std::hint::black_box;

use instruction_count::measure;
use review_fix_the_crate::{Reading, Series};

/// Four times the data may take four times the work, and a little more for sorting. Where it takes sixteen times as much, the tests
/// with ten readings are quick, and the first whole year never ends.
#[test]
fn four_times_the_readings_take_about_four_times_the_work() {
    let day =
        |count: u64| -> Vec<Reading> { (0..count).map(|at| Reading { at, value: 18.5 }).collect() };
    let (mut short, mut long) = (Series::new(), Series::new());
    let (few, many) = (day(300), day(1200));
    let [small, large] = measure([
        &mut || short.merge(black_box(&few).iter().copied()),
        &mut || long.merge(black_box(&many).iter().copied()),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    let factor = large.instructions as f64 / small.instructions.max(1) as f64;
    assert!(
        factor < 7.0,
        "merging 1200 readings took {} instructions, {factor:.1} times as many as merging 300",
        large.instructions
    );
}
