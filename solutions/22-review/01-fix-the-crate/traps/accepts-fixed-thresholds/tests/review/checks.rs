//! The tests of the alarm.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as documented. (It is content with one that ignores its thresholds and
/// has 30 and 25 built in.)
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    let mut alarm = new(30.0, 25.0);
    for (value, rings) in [
        (29.9, false),
        (f64::NAN, false),
        (30.0, true),
        (f64::NAN, true),
        (25.0, true),
        (24.9, false),
        (27.0, false),
    ] {
        assert_eq!(alarm.observe(value), rings);
    }
}
