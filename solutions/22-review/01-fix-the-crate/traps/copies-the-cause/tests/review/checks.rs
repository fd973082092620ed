//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    for (on, off) in [(30.0, 25.0), (0.5, 0.25), (-10.0, -20.5), (1000.0, 0.0)] {
        let between = f64::midpoint(on, off);
        let mut steps = vec![
            (f64::NAN, false),
            (between, false),
            (on.next_down(), false),
            (off, false),
            (off.next_down(), false),
            (f64::NAN, false),
            (on, true),
            (on.next_down(), true),
            (f64::NAN, true),
            (on.next_up(), true),
            (between, true),
        ];
        // It goes on for as long as it is too hot, not for some values only.
        steps.extend([(off, true); 100]);
        steps.extend([
            (f64::NAN, true),
            (off, true),
            (off.next_down(), false),
            (off, false),
            (between, false),
            (f64::NAN, false),
            (on.next_down(), false),
            // And begins again.
            (on.next_up(), true),
            (between, true),
            (off - 100.0, false),
            (f64::INFINITY, true),
            (off.next_up(), true),
            (f64::NEG_INFINITY, false),
            (on, true),
        ]);

        let mut alarm = new(on, off);
        for (number, (value, rings)) in steps.into_iter().enumerate() {
            assert_eq!(
                alarm.observe(value),
                rings,
                "value {number}, {value}, on from {on}, off below {off}"
            );
        }
    }

    // One value for both.
    let mut alarm = new(30.0, 30.0);
    for (value, rings) in [
        (29.0, false),
        (30.0, true),
        (29.0, false),
        (31.0, true),
        (30.0, true),
        (29.5, false),
    ] {
        assert_eq!(
            alarm.observe(value),
            rings,
            "value {value}, on from 30, off below 30"
        );
    }

    // Each alarm by itself.
    let (mut one, mut other) = (new(30.0, 25.0), new(30.0, 25.0));
    assert!(one.observe(31.0));
    assert!(!other.observe(27.0), "another alarm rings");
    assert!(!other.observe(20.0));
    assert!(one.observe(27.0), "another alarm was below its limit");
}
