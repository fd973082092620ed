//! What one station has measured, in order of time.

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When it was taken, in seconds since 1970-01-01 00:00 UTC.
    pub at: u64,
    /// The temperature in degrees Celsius.
    pub value: f64,
}

/// Readings in order of time, at most one for each moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    readings: Vec<Reading>,
}

impl Series {
    /// A series without readings.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many readings there are.
    pub fn len(&self) -> usize {
        self.readings.len()
    }

    /// Whether there is no reading.
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }

    /// Puts a reading where it belongs. It replaces one of the same moment.
    pub fn add(&mut self, reading: Reading) {
        let place = self.readings.partition_point(|old| old.at < reading.at);
        match self.readings.get_mut(place) {
            Some(old) if old.at == reading.at => *old = reading,
            _ => self.readings.insert(place, reading),
        }
    }

    /// Puts many readings where they belong. Of several readings of the same moment, the last stays.
    ///
    /// Stations send a day at a time, in order, so this is where most of the work is done.
    pub fn merge(&mut self, readings: impl IntoIterator<Item = Reading>) {
        let mut new: Vec<Reading> = readings.into_iter().collect();
        new.sort_by(|one, other| one.at.cmp(&other.at));
        let Some(first) = new.first() else { return };
        let later = self
            .readings
            .split_off(self.readings.partition_point(|old| old.at < first.at));
        let mut later = later.into_iter().peekable();
        for reading in new {
            while let Some(old) = later.next_if(|old| old.at < reading.at) {
                self.put_old(old);
            }
            match self.readings.last_mut() {
                Some(last) if last.at == reading.at => *last = reading,
                _ => self.readings.push(reading),
            }
        }
        for old in later {
            self.put_old(old);
        }
    }

    /// Puts an old reading at the end, unless a new one of the same moment is there.
    fn put_old(&mut self, old: Reading) {
        if self.readings.last().is_none_or(|last| last.at < old.at) {
            self.readings.push(old);
        }
    }

    /// The readings that were taken at `from` or later and before `until`.
    ///
    /// Charts call this for each frame that they draw.
    pub fn between(&self, from: u64, until: u64) -> &[Reading] {
        let place = |at: u64| self.readings.partition_point(|reading| reading.at < at);
        self.readings
            .get(place(from)..place(until))
            .unwrap_or_default()
    }

    /// The mean value, if there is any reading.
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.readings.iter().map(|reading| reading.value).sum();
        (!self.is_empty()).then(|| sum / self.len() as f64)
    }

    /// Gives up the series for its readings, in order of time.
    pub fn into_readings(self) -> Vec<Reading> {
        let Self { readings } = self;
        readings
    }
}
