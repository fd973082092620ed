//! Who owns what, and whether anybody copies for want of an answer.

use std::hint::black_box;

use review_fix_the_crate::{Reading, Series};

fn hundred() -> Series {
    let mut series = Series::new();
    series.merge((0..100).map(|at| Reading { at, value: 0.5 }));
    series
}

/// Looking is not taking. What a series shows of itself lies in the series already, so a caller who only reads it
/// needs a borrow. A copy for each frame of a chart is a copy too many.
#[test]
fn what_is_read_is_not_copied() {
    let series = hundred();
    let (allocations, found) =
        alloc_counter::allocations(|| black_box(&series).between(20, 70).len());
    assert_eq!(found, 50);
    assert_eq!(
        allocations, 0,
        "allocations for looking at 50 of 100 readings: they should be borrowed from the series"
    );
}

/// The opposite case. Who gives up a value lets go of all that it owns, and nothing of it needs to be made anew.
#[test]
fn what_is_given_away_is_moved() {
    let series = hundred();
    let (allocations, readings) = alloc_counter::allocations(|| black_box(series).into_readings());
    assert_eq!(readings.len(), 100);
    assert_eq!(
        allocations, 0,
        "allocations for taking the readings out of a series that nobody needs any more"
    );
}
