//! What one station has measured, in order of time.

use std::collections::BTreeMap;

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
        if self.readings.last().is_none_or(|last| last.at < reading.at) {
            self.readings.push(reading);
            return;
        }
        match self
            .readings
            .binary_search_by(|old| old.at.cmp(&reading.at))
        {
            Ok(place) => self.readings[place] = reading,
            Err(place) => self.readings.insert(place, reading),
        }
    }

    /// Puts many readings where they belong. Of several readings of the same moment, the last stays.
    ///
    /// Stations send a day at a time, in order, so this is where most of the work is done.
    pub fn merge(&mut self, readings: impl IntoIterator<Item = Reading>) {
        let mut new: BTreeMap<u64, Reading> = BTreeMap::new();
        for reading in readings {
            new.insert(reading.at, reading);
        }
        let Some((&first, _)) = new.first_key_value() else {
            return;
        };
        let place = self.readings.partition_point(|old| old.at < first);
        for old in self.readings.drain(place..) {
            new.entry(old.at).or_insert(old);
        }
        self.readings.extend(new.into_values());
    }

    /// The readings that were taken at `from` or later and before `until`.
    ///
    /// Charts call this for each frame that they draw.
    pub fn between(&self, from: u64, until: u64) -> &[Reading] {
        let end = self.readings.partition_point(|reading| reading.at < until);
        let (before, _) = self.readings.split_at(end);
        let begin = before.partition_point(|reading| reading.at < from);
        before.split_at(begin).1
    }

    /// The mean value, if there is any reading.
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.readings.iter().map(|reading| reading.value).sum();
        (!self.is_empty()).then(|| sum / self.len() as f64)
    }

    /// Gives up the series for its readings, in order of time.
    pub fn into_readings(self) -> Vec<Reading> {
        self.readings
    }
}
