//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

const NAN: f64 = f64::NAN;

/// Limits, values, and whether the alarm rings after each: `!` for yes.
type Case = ((f64, f64), &'static [f64], &'static str);

const CASES: &[Case] = &[
    ((30.0, 25.0), &[20.0, 35.0, 20.0, 35.0], ".!.!"),
    // At the limits themselves, and a little beside them.
    (
        (30.0, 25.0),
        &[29.999, 30.0, 29.999, 25.0, 24.999, 25.0, 29.999],
        ".!!!...",
    ),
    (
        (30.0, 25.0),
        &[
            30.001, 25.001, 25.0, 25.0, 25.0, 25.0, 25.0, 25.0, 25.0, 24.0,
        ],
        "!!!!!!!!!.",
    ),
    // From the beginning in between.
    (
        (30.0, 25.0),
        &[27.0, 27.0, 31.0, 27.0, 27.0, 27.0, 24.0, 27.0],
        "..!!!!..",
    ),
    ((30.0, 25.0), &[25.0, 29.0, 30.0], "..!"),
    // What is no number.
    (
        (30.0, 25.0),
        &[NAN, 31.0, NAN, NAN, 27.0, 24.0, NAN, 27.0],
        ".!!!!...",
    ),
    ((30.0, 25.0), &[20.0, NAN, 27.0], "..."),
    // Other limits.
    (
        (-5.0, -10.0),
        &[-20.0, -5.0, -10.0, -10.5, -6.0, 0.0],
        ".!!..!",
    ),
    ((1.0, 0.0), &[0.5, 1.0, 0.5, 0.0, -0.5, 25.0], ".!!!.!"),
    ((3.0, 3.0), &[2.0, 3.0, 2.9, 4.0, 3.0], ".!.!!"),
    (
        (500.0, 25.0),
        &[499.0, 500.0, 30.0, 25.0, 24.0, 499.0],
        ".!!!..",
    ),
    (
        (30.0, -400.0),
        &[30.0, 20.0, -399.0, -400.0, -400.5],
        "!!!!.",
    ),
    // Again and again.
    (
        (30.0, 25.0),
        &[30.0, 24.0, 30.0, 24.0, 30.0, 24.0, 30.0, 26.0],
        "!.!.!.!!",
    ),
    (
        (30.0, 25.0),
        &[f64::INFINITY, 26.0, f64::NEG_INFINITY, 26.0],
        "!!..",
    ),
];

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    for ((on, off), values, expected) in CASES {
        let mut alarm = new(*on, *off);
        // A second one beside it sees something else, and must not matter.
        let mut other = new(*on, *off);
        let rings: String = values
            .iter()
            .map(|value| {
                let rings = alarm.observe(*value);
                other.observe(if rings { off - 1.0 } else { on + 1.0 });
                if rings { '!' } else { '.' }
            })
            .collect();
        assert_eq!(
            rings, *expected,
            "on from {on}, off below {off}, {values:?}"
        );
    }
}
