//! What the two functions compute. The quickest wrong answer is worth nothing.

use performance_branches::{Malformed, keep_below, sum_varints};
use proptest::prelude::*;

#[test]
fn keeps_the_order() {
    // The values that stay are those of the input, in its order, doubles included. Sorting would make the comparison
    // foreseeable, and the result another one.
    let values = [7, 3, 9, 3, 0, 8, 1];
    assert_eq!(keep_below(&values, 8), [7, 3, 3, 0, 1], "those below 8");
}

#[test]
fn keeps_none_one_or_all() {
    // Where a value is written before it is known whether it counts, the first and the last are where it goes wrong.
    assert_eq!(keep_below(&[], 5), [0; 0], "of nothing");
    assert_eq!(keep_below(&[5], 5), [0; 0], "5 isn't below 5");
    assert_eq!(keep_below(&[4], 5), [4], "4 is below 5");
    assert_eq!(keep_below(&[5, 6, 7], 5), [0; 0], "none");
    assert_eq!(keep_below(&[1, 2, 3], 5), [1, 2, 3], "all");
    assert_eq!(keep_below(&[9, 9, 1], 5), [1], "the last only");
    assert_eq!(
        keep_below(&[0, u32::MAX], u32::MAX),
        [0],
        "below the largest"
    );
    assert_eq!(keep_below(&[0, 1], 0), [0; 0], "nothing is below 0");
}

#[test]
fn sums_numbers_of_every_length() {
    // Seven bits a byte, lowest first: 300 is 0b10_0101100, so 0b1_0101100 and then 0b0_0000010.
    assert_eq!(sum_varints(&[]), Ok(0), "nothing");
    assert_eq!(sum_varints(&[1, 2, 127]), Ok(130), "1, 2 and 127");
    assert_eq!(sum_varints(&[0xac, 2]), Ok(300), "300");
    assert_eq!(sum_varints(&[5, 0xac, 2, 6]), Ok(311), "5, 300 and 6");
    assert_eq!(sum_varints(&[0x80, 0]), Ok(0), "0 in two bytes");
    let largest = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(
        sum_varints(&largest),
        Ok(u64::from(u32::MAX)),
        "the largest"
    );
    assert_eq!(
        sum_varints(&largest.repeat(3)),
        Ok(3 * u64::from(u32::MAX)),
        "three of the largest: the sum has 64 bits"
    );
}

#[test]
fn refuses_an_end_within_a_number() {
    // The input comes from outside. Where it has been cut off, the missing bytes are not zeros.
    for bytes in [
        &[0x80][..],
        &[1, 0x81],
        &[0xff; 2],
        &[0xff; 3],
        &[0xff; 4],
        &[0x80; 4],
    ] {
        assert_eq!(sum_varints(bytes), Err(Malformed), "{bytes:x?}");
    }
}

#[test]
fn refuses_a_number_that_does_not_fit() {
    // Four bytes carry 28 bits, so that only four bits of the fifth are left. A shift drops the others silently, and two
    // different inputs would mean the same number.
    for fifth in [0x10, 0x1f, 0x40, 0x7f, 0x80, 0xff] {
        let bytes = [0xff, 0xff, 0xff, 0xff, fifth, 0];
        assert_eq!(sum_varints(&bytes), Err(Malformed), "{bytes:x?}");
    }
}

/// The bytes of a number, as short as can be.
fn encode(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keeps_what_a_filter_keeps(values in prop::collection::vec(0_u32..50, 0..200), limit in 0_u32..60) {
        // The plain version is the specification: slow to run, and easy to believe.
        let expected: Vec<u32> = values.iter().copied().filter(|value| *value < limit).collect();
        prop_assert_eq!(keep_below(&values, limit), expected, "those of {:?} that are below {}", values, limit);
    }

    #[test]
    fn sums_what_was_encoded(numbers in prop::collection::vec((0_u32..=32, any::<u32>()), 0..100)) {
        // Numbers of all lengths, one after the other: each must end where the next begins.
        let numbers: Vec<u32> =
            numbers.iter().map(|(bits, number)| number & (u64::pow(2, *bits) - 1) as u32).collect();
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| encode(*number, &mut bytes));
        let expected = numbers.iter().map(|number| u64::from(*number)).sum();
        prop_assert_eq!(sum_varints(&bytes), Ok(expected), "the sum of {:?}", numbers);
    }
}
