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
        match self.place_of(reading.at) {
            Ok(place) => self.readings[place] = reading,
            Err(place) => self.readings.insert(place, reading),
        }
    }

    /// Puts many readings where they belong. Of several readings of the same moment, the last stays.
    ///
    /// Stations send a day at a time, in order, so this is where most of the work is done.
    pub fn merge(&mut self, readings: impl IntoIterator<Item = Reading>) {
        let new: BTreeMap<u64, Reading> = readings
            .into_iter()
            .map(|reading| (reading.at, reading))
            .collect();
        let mut old = std::mem::take(&mut self.readings).into_iter().peekable();
        let mut new = new.into_values().peekable();
        self.readings.reserve(old.len() + new.len());
        while let Some(at) = match (old.peek(), new.peek()) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one.at),
            (Some(one), Some(other)) => Some(one.at.min(other.at)),
        } {
            let before = old.next_if(|reading| reading.at == at);
            let now = new.next_if(|reading| reading.at == at);
            self.readings.extend(now.or(before));
        }
    }

    /// The readings that were taken at `from` or later and before `until`.
    ///
    /// Charts call this for each frame that they draw.
    pub fn between(&self, from: u64, until: u64) -> &[Reading] {
        let behind = &self.readings[self.readings.partition_point(|one| one.at < from)..];
        &behind[..behind.partition_point(|one| one.at < until)]
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

    fn place_of(&self, at: u64) -> Result<usize, usize> {
        self.readings
            .binary_search_by_key(&at, |reading| reading.at)
    }
}
