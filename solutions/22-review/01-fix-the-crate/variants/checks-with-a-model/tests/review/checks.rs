//! The tests of the alarm. They are yours: what they don't check may break tomorrow.

use review_fix_the_crate::alarm::Alarm;

/// What the documentation says, once more and in other words.
fn rings_next(rings: bool, value: f64, on: f64, off: f64) -> bool {
    match (rings, value.is_nan()) {
        (_, true) => rings,
        (false, false) => value >= on,
        (true, false) => value >= off,
    }
}

/// Panics if what `new(on, off)` makes is not an alarm as [`Threshold`](review_fix_the_crate::alarm::Threshold) is meant to be.
pub fn check<A: Alarm>(new: impl Fn(f64, f64) -> A) {
    let limits = [
        (30.0, 25.0),
        (30.0, 30.0),
        (2.0, -2.0),
        (-5.0, -6.0),
        (0.0, -0.125),
    ];
    // All alarms at the same time, so that none can take another one's state for its own.
    let mut alarms: Vec<(f64, f64, bool, A)> = limits
        .iter()
        .flat_map(|&(on, off)| {
            [
                (on, off, false, new(on, off)),
                (on, off, false, new(on, off)),
            ]
        })
        .collect();
    let mut chance = 1_u32;
    for round in 0..4000 {
        for (number, (on, off, rings, alarm)) in alarms.iter_mut().enumerate() {
            chance ^= chance << 13;
            chance ^= chance >> 17;
            chance ^= chance << 5;
            let value = match chance % 13 {
                0 => *on,
                1 => on.next_down(),
                2 => on.next_up(),
                3 => *off,
                4 => off.next_down(),
                5 => off.next_up(),
                6 => f64::NAN,
                7 => *on + 50.0,
                8 => *off - 50.0,
                // In between, more often than not.
                _ => f64::midpoint(*on, *off),
            };
            *rings = rings_next(*rings, value, *on, *off);
            assert_eq!(
                alarm.observe(value),
                *rings,
                "round {round}, alarm {number}, value {value}, on from {on}, off below {off}"
            );
        }
    }
}
