//! What the loops cost, counted on a simulated processor, so that the verdict is the same everywhere.

use instruction_count::{Cost, measure};
use performance_branches::{keep_below, sum_varints};
use std::hint::black_box;

const LENGTH: usize = 10_000;

/// Wrong guesses that are allowed for each 10 000 random values. A branch on the values themselves gets 2500 to 5000; the
/// reference, whose only branches are about the length, about 30.
const WRONG_GUESSES: u64 = 200;

/// Instructions a number, where 63 of 64 numbers are one byte. The reference takes 8.5. A loop that carries
/// a number and a shift from byte to byte takes 20, and five masked bytes for each number take 80.
const NUMBER_BUDGET: f64 = 12.0;

/// Numbers from 0 to 999 that look random to a branch predictor, and are the same in each run.
fn random() -> Vec<u32> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 32) % 1000) as u32
    };
    (0..LENGTH).map(|_| next()).collect()
}

/// What each piece of work costs in an optimised build.
fn costs<const N: usize>(works: [&mut dyn FnMut(); N]) -> [Cost; N] {
    if cfg!(debug_assertions) {
        panic!(
            "an unoptimised build costs what it likes: run these tests with `cargo nextest run --release`"
        );
    }
    measure(works).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn random_values_are_kept_without_guessing() {
    // A processor guesses each branch long before it knows. On random values half of the guesses are wrong, and each wrong
    // one throws away the work of 15 to 20 cycles. An index that is advanced by 0 or 1 needs no guess.
    let values = random();
    let below = |limit: u32| _ = black_box(keep_below(black_box(&values), black_box(limit)));
    let plain = || {
        let mut kept = Vec::with_capacity(LENGTH);
        for &value in black_box(&values) {
            if value < black_box(500) {
                kept.push(value);
            }
        }
        black_box(kept);
    };
    let [plain, few, quarter, half, most, nearly_all] = costs([
        &mut || plain(),
        &mut || below(50),
        &mut || below(250),
        &mut || below(500),
        &mut || below(750),
        &mut || below(950),
    ]);
    for (limit, cost) in [
        (500, half),
        (250, quarter),
        (750, most),
        (50, few),
        (950, nearly_all),
    ] {
        assert!(
            cost.mispredicted <= WRONG_GUESSES,
            "{LENGTH} random values below 1000, limit {limit}: expected at most {WRONG_GUESSES} wrong guesses, \
             got {} (a plain loop with an `if` and limit 500: {})",
            cost.mispredicted,
            plain.mispredicted,
        );
    }
}

#[test]
fn short_slices_are_kept_without_guessing() {
    // What works on large blocks needs something for the rest. If that is a branch, all slices that are shorter than a block are as
    // slow as ever, and most slices are short.
    let values = random();
    let in_slices = || {
        for slice in values.chunks(250) {
            black_box(keep_below(black_box(slice), black_box(500)));
        }
    };
    let [cost] = costs([&mut || in_slices()]);
    assert!(
        cost.mispredicted <= WRONG_GUESSES,
        "{LENGTH} random values below 1000 in slices of 250, limit 500: expected at most {WRONG_GUESSES} wrong guesses, got {}",
        cost.mispredicted,
    );
}

#[test]
fn short_numbers_are_not_slowed_down_by_long_ones() {
    // A branch that nearly always goes the same way is guessed right, and then costs next to nothing. So the common case
    // gets a short way of its own. Whoever avoids this branch pays for the rare case each time.
    let mut bytes = Vec::new();
    for (index, number) in random().into_iter().enumerate() {
        if index % 64 == 63 {
            bytes.extend([number as u8 | 0x80, 3]);
        } else {
            bytes.push(number as u8 & 0x7f);
        }
    }
    let [cost] = costs([&mut || _ = black_box(sum_varints(black_box(&bytes)))]);
    assert_eq!(
        sum_varints(&bytes).map(|total| total > 0),
        Ok(true),
        "the bytes are well-formed"
    );
    let each = cost.per_element(LENGTH);
    assert!(
        each <= NUMBER_BUDGET,
        "{LENGTH} numbers, 63 of 64 of them one byte long: expected at most {NUMBER_BUDGET} instructions a number, \
         got {each:.1} ({} wrong guesses in all)",
        cost.mispredicted,
    );
}
