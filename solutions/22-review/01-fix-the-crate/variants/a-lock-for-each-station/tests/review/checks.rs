//! The tests of the alarm, as a table: what is observed, and what should come of it.

use review_fix_the_crate::alarm::Alarm;

const CASES: &[(&str, &[f64], &str)] = &[
    (
        "on and off and on",
        &[20.0, 35.0, 20.0, 35.0, 10.0],
        ".#.#.",
    ),
    ("at the upper threshold", &[29.999, 30.0, 30.0], ".##"),
    (
        "at the lower threshold",
        &[40.0, 25.0, 24.999, 25.0],
        "##..",
    ),
    (
        "in between",
        &[26.0, 31.0, 26.0, 29.0, 24.0, 29.0],
        ".###..",
    ),
    (
        "no number",
        &[f64::NAN, 30.0, f64::NAN, -1.0, f64::NAN],
        ".##..",
    ),
    (
        "endless",
        &[f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY],
        ".#.",
    ),
];

/// Panics if what `new(on, off)` makes is not an alarm as `Threshold` is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    // The same story at other thresholds, and at other scales.
    for (factor, shift) in [(1.0, 0.0), (2.0, -100.0), (0.5, 1000.0)] {
        let at = |value: f64| value * factor + shift;
        for (name, values, expected) in CASES {
            let mut alarm = new(at(30.0), at(25.0));
            let seen: String = values
                .iter()
                .map(|value| if alarm.observe(at(*value)) { '#' } else { '.' })
                .collect();
            assert_eq!(seen, *expected, "{name}, of {values:?}");
        }
    }
}
