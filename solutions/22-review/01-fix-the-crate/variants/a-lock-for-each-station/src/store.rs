//! The series of all stations, for several threads.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::series::{Reading, Series};

/// Series by the names of their stations. All methods may be called by several threads at once.
#[derive(Debug, Default)]
pub struct Store {
    stations: RwLock<BTreeMap<Box<str>, Arc<RwLock<Series>>>>,
}

impl Store {
    /// A store without series.
    pub fn new() -> Self {
        Self {
            stations: RwLock::default(),
        }
    }

    /// Adds the readings of one station to those that it has sent before.
    ///
    /// `readings` may come from a station as they are asked for. However long that takes, it holds nobody else up.
    pub fn record(&self, station: &str, readings: impl IntoIterator<Item = Reading>) {
        let mut sent = Series::new();
        sent.merge(readings);
        let series = {
            let mut stations = self
                .stations
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(stations.entry(station.into()).or_default())
        };
        let mut series = series.write().unwrap_or_else(PoisonError::into_inner);
        series.merge(sent.into_readings());
    }

    /// A copy of what a station has sent so far, if it has sent anything.
    pub fn snapshot(&self, station: &str) -> Option<Series> {
        let stations = self.stations.read().unwrap_or_else(PoisonError::into_inner);
        let series = stations
            .get(station)?
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Some(series.clone())
    }
}
