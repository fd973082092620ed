//! Whether the tests of the alarm, in `checks.rs`, would notice if somebody broke it.
//!
//! A line that was executed is not a line that was tested. So these tests put an alarm with a mistake in the place of the right
//! one, and see whether the checks fail.

#[path = "checks.rs"]
mod checks;

use std::panic::{self, AssertUnwindSafe};

use review_fix_the_crate::alarm::{Alarm, Threshold};

/// Any alarm: from two thresholds, whether it rings, and a value, to whether it rings now. All alarms here are of this
/// one type, the right ones too.
struct Model {
    step: fn(f64, f64, bool, f64) -> bool,
    on: f64,
    off: f64,
    ringing: bool,
}

impl Alarm for Model {
    fn observe(&mut self, value: f64) -> bool {
        self.ringing = (self.step)(self.on, self.off, self.ringing, value);
        self.ringing
    }
}

/// What the checks say to an alarm that follows this rule.
fn check(step: fn(f64, f64, bool, f64) -> bool) -> Result<(), String> {
    let new = |on, off| Model {
        step,
        on,
        off,
        ringing: false,
    };
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| checks::check(new)));
    panic::set_hook(hook);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let literal = payload.downcast_ref::<&str>().map(ToString::to_string);
        text.or(literal).unwrap_or_default()
    })
}

#[track_caller]
fn notices(mistake: &str, step: fn(f64, f64, bool, f64) -> bool) {
    assert!(
        check(step).is_err(),
        "`check` in tests/review/checks.rs is content with an alarm that {mistake}"
    );
}

/// Before anything else, the checks must accept what is right: the crate's own alarm, and one with the same behaviour that is
/// written in another way. A test that fails on good code will be deleted.
#[test]
fn accepts_what_is_right() {
    checks::check(Threshold::new);
    let outcome = check(|on, off, ringing, value| match ringing {
        true => value >= off || value.is_nan(),
        false => value >= on,
    });
    if let Err(message) = outcome {
        panic!(
            "`check` in tests/review/checks.rs refuses an alarm that does as documented: {message}"
        );
    }
}

/// An alarm has two directions.
#[test]
fn notices_an_alarm_that_never_stops() {
    notices("never stops", |on, _, ringing, value| {
        ringing || value >= on
    });
}

/// What the second threshold is there for. Between the two, the answer depends on what was before.
#[test]
fn notices_an_alarm_that_flickers() {
    notices(
        "stops as soon as the value is below the upper threshold",
        |on, _, _, value| value >= on,
    );
    notices(
        "rings as soon as the value is above the lower threshold",
        |_, off, _, value| value >= off,
    );
}

/// "At least" and "more than" differ in a single value, and that is where mistakes are.
#[test]
fn notices_what_happens_at_the_thresholds() {
    notices(
        "doesn't ring at the upper threshold itself",
        |on, off, ringing, value| value > on || ringing && value >= off,
    );
    notices(
        "stops at the lower threshold itself",
        |on, off, ringing, value| value >= on || ringing && value > off,
    );
}

/// A sensor that is broken sends what is no number, and every comparison with that is false.
#[test]
fn notices_what_is_no_number() {
    notices(
        "stops when a value is no number",
        |on, off, ringing, value| value >= on || ringing && value >= off,
    );
    notices(
        "rings when a value is no number",
        |on, off, ringing, value| {
            if ringing {
                value >= off || value.is_nan()
            } else {
                value >= on || value.is_nan()
            }
        },
    );
}
