//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    expect(
        &new,
        &[(20.0, false), (35.0, true), (20.0, false), (35.0, true)],
    );
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
    let mut alarm = new(30.0, 25.0);
    for (at, &(value, rings)) in steps.iter().enumerate() {
        let seen: Vec<f64> = steps[..at].iter().map(|(value, _)| *value).collect();
        assert_eq!(
            alarm.observe(value),
            rings,
            "whether it rings at {value}, after {seen:?}"
        );
    }
}
