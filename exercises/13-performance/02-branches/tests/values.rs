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
fn keeps_whatever_the_distance() {
    // The top bit of a difference tells which number is less only as long as the two are not too far apart, and a limit
    // less one is no limit where the limit is 0.
    let values = [
        0,
        1,
        (1 << 31) - 1,
        1 << 31,
        (1 << 31) + 1,
        u32::MAX - 1,
        u32::MAX,
    ];
    for limit in values {
        let expected: Vec<u32> = values
            .iter()
            .copied()
            .filter(|value| *value < limit)
            .collect();
        assert_eq!(
            keep_below(&values, limit),
            expected,
            "those of {values:?} below {limit}"
        );
    }
}

#[test]
fn keeps_any_number_of_them() {
    // Whoever works in blocks has an end of the last block, and a block of which everything or nothing is kept. A count of 256 does
    // not fit a byte.
    for length in [
        2, 3, 15, 16, 17, 255, 256, 257, 1023, 1024, 1025, 4096, 65_535, 65_536, 70_001,
    ] {
        let values: Vec<u32> = (0..length).map(|index| index % 1000).collect();
        assert!(
            keep_below(&values, 1000) == values,
            "all of {length} values"
        );
        assert_eq!(keep_below(&values, 0), [0; 0], "none of {length} values");
        let last = [&vec![9; length as usize - 1][..], &[1]].concat();
        assert_eq!(keep_below(&last, 5), [1], "the last of {length} values");
    }
}

#[test]
fn sums_many_short_numbers() {
    // Eight bytes fit a word, and can be added all at once. Their sum does not fit one of its bytes.
    for length in 0..70 {
        let mut bytes = vec![127_u8; length];
        assert_eq!(
            sum_varints(&bytes),
            Ok(127 * length as u64),
            "{length} times 127"
        );
        for at in (0..length).step_by(3) {
            // A long number in between: 127 + 128 instead of 127.
            bytes.splice(at..=at, [0xff, 1]);
            let expected = 127 * length as u64 + 128;
            assert_eq!(
                sum_varints(&bytes),
                Ok(expected),
                "{length} times 127, but 255 at {at}"
            );
            bytes.splice(at..at + 2, [127]);
        }
    }
    // Short numbers, and more of them than 32 bits can add up: 34 million bytes are no large file.
    let many = vec![127_u8; 34_000_000];
    let expected = 127 * many.len() as u64;
    assert_eq!(sum_varints(&many), Ok(expected), "34 million times 127");
}

#[test]
fn sums_numbers_of_every_length() {
    // Seven bits a byte, lowest first: 300 is 0b10_0101100, so 0b1_0101100 and then 0b0_0000010.
    assert_eq!(sum_varints(&[]), Ok(0), "nothing");
    assert_eq!(sum_varints(&[1, 2, 127]), Ok(130), "1, 2 and 127");
    assert_eq!(sum_varints(&[0xac, 2]), Ok(300), "300");
    assert_eq!(sum_varints(&[5, 0xac, 2, 6]), Ok(311), "5, 300 and 6");
    assert_eq!(sum_varints(&[0x80, 0]), Ok(0), "0 in two bytes");
    assert_eq!(
        sum_varints(&[0x81, 0x80, 0x80, 0x80, 0, 6]),
        Ok(7),
        "1 in five bytes, and 6"
    );
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
    // A number of six bytes is none, though all that is beyond its first byte are zeros.
    for length in [6, 7, 10, 11, 100] {
        let mut bytes = vec![0x80; length];
        bytes[length - 1] = 0;
        assert_eq!(sum_varints(&bytes), Err(Malformed), "0 in {length} bytes");
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
