//! The series of all stations, for several threads.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::series::{Reading, Series};

/// Series by the names of their stations. All methods may be called by several threads at once.
#[derive(Debug, Default)]
pub struct Store {
    series: Mutex<HashMap<String, Series>>,
}

impl Store {
    /// A store without series.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the readings of one station to those that it has sent before.
    ///
    /// `readings` may come from a station as they are asked for. However long that takes, it holds nobody else up.
    pub fn record(&self, station: &str, readings: impl IntoIterator<Item = Reading>) {
        // Without the lock, for as long as the station takes.
        let readings: Vec<Reading> = readings.into_iter().collect();
        self.lock()
            .entry(station.to_owned())
            .or_default()
            .merge(readings);
    }

    /// A copy of what a station has sent so far, if it has sent anything.
    pub fn snapshot(&self, station: &str) -> Option<Series> {
        self.lock().get(station).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Series>> {
        // The map is whole at every moment, whoever panics.
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
