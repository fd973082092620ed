//! An alarm that rings while it is too hot.

/// Something that is told one value after the other, and rings or doesn't.
pub trait Alarm {
    /// Takes a value in. Tells whether the alarm rings now.
    fn observe(&mut self, value: f64) -> bool;
}

/// Begins to ring at one value and stops below another, so that it does not flicker in between.
#[derive(Clone, Debug)]
pub struct Threshold {
    on: f64,
    off: f64,
    ringing: bool,
}

impl Threshold {
    /// An alarm that doesn't ring yet. It begins at `on` and stops below `off`.
    pub fn new(on: f64, off: f64) -> Self {
        Self {
            on,
            off,
            ringing: false,
        }
    }
}

impl Alarm for Threshold {
    /// Rings from the first value of at least `on` until a value is below `off`. What is no number changes nothing.
    fn observe(&mut self, value: f64) -> bool {
        if value >= self.on {
            self.ringing = true;
        } else if value < self.off {
            self.ringing = false;
        }
        self.ringing
    }
}
