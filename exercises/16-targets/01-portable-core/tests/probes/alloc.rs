//! A program that asked for `alloc`.

use targets_portable_core::{Record, totals};

fn main() {
    let record = Record {
        name: "a",
        value: -1,
    };
    let bytes: Vec<u8> = record.to_vec();
    assert_eq!(bytes, [0, 0, 0, 0, 0, 0, 0, 1, b'a', 255, 255, 255, 255]);

    let none: Vec<(&str, i64)> = totals([]);
    assert_eq!(none, []);

    let names: Vec<String> = (0..40)
        .map(|at| format!("sensor {:02}", at * 7 % 40))
        .collect();
    let records = names.iter().flat_map(|name| {
        let of = |value| Record { name, value };
        [of(i32::MAX), of(1)]
    });
    let totals = totals(records);
    let sums: Vec<i64> = totals.iter().map(|(_, sum)| *sum).collect();
    assert_eq!(sums, [1 << 31; 40], "each of 40 names had 2147483647 and 1");
    let names: Vec<&str> = totals.iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted(), "the totals come in the order {names:?}");
}
