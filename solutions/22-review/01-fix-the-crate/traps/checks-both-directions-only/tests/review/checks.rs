//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    let mut alarm = new(30.0, 25.0);
    assert!(!alarm.observe(20.0), "20 degrees are not too hot");
    assert!(alarm.observe(35.0), "35 degrees are too hot");
    assert!(alarm.observe(27.0), "27 degrees are not cool enough");
    assert!(!alarm.observe(20.0), "20 degrees are cool enough");
    assert!(!alarm.observe(27.0), "27 degrees are not hot enough");
}
