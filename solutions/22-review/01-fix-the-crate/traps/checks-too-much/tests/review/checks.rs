//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    expect(
        &new,
        &[(20.0, false), (35.0, true), (20.0, false), (35.0, true)],
    );
    // Nor are the thresholds always the same: here they have another distance, another sign, and parts of a degree.
    for (on, off) in [(-5.0, -20.0), (0.5, -0.5), (100.0, 100.0)] {
        expect_of(
            new(on, off),
            &[
                (off, on <= off),
                (on, true),
                (off, true),
                (off - 0.01, false),
                (on - 0.01, false),
                (on + 0.01, true),
            ],
        );
    }
    // At the thresholds themselves, and just beside them.
    expect(&new, &[(29.9, false), (30.0, true)]);
    expect(&new, &[(35.0, true), (25.0, false), (24.9, false)]);
    // In between, it goes on as before.
    expect(
        &new,
        &[
            (27.0, false),
            (35.0, true),
            (27.0, true),
            (20.0, false),
            (27.0, false),
        ],
    );
    // What is no number changes nothing.
    expect(
        &new,
        &[
            (f64::NAN, false),
            (35.0, true),
            (f64::NAN, true),
            (20.0, false),
            (f64::NAN, false),
        ],
    );
}

/// Shows a new alarm, which rings from 30 on and until it is below 25, one value after the other.
#[track_caller]
fn expect<A: Alarm>(new: &impl Fn(f64, f64) -> A, steps: &[(f64, bool)]) {
    expect_of(new(30.0, 25.0), steps);
}

/// Shows a new alarm one value after the other.
#[track_caller]
fn expect_of<A: Alarm>(mut alarm: A, steps: &[(f64, bool)]) {
    for (at, &(value, rings)) in steps.iter().enumerate() {
        let seen: Vec<f64> = steps[..at].iter().map(|(value, _)| *value).collect();
        assert_eq!(
            alarm.observe(value),
            rings,
            "whether it rings at {value}, after {seen:?}"
        );
    }
}
