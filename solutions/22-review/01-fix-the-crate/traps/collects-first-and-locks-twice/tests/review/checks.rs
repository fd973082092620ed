//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    let script = [
        (20.0, false),
        (f64::NAN, false),
        (25.0, false),
        (27.0, false),
        (29.9, false),
        (30.0, true),
        (f64::NAN, true),
        (27.0, true),
        (25.0, true),
        (24.9, false),
        (f64::NAN, false),
        (27.0, false),
        (35.0, true),
    ];
    let mut alarm = new(30.0, 25.0);
    for (step, (value, rings)) in script.into_iter().enumerate() {
        assert_eq!(
            alarm.observe(value),
            rings,
            "step {step}, at {value} degrees"
        );
    }
}
