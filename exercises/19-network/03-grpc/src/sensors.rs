//! What the service gets its readings from. It is given: there is nothing to do here.

use thiserror::Error;
use tokio_stream::Stream;

use crate::proto::Reading;

/// Sensors, known by name. To ask one may take a while: each is at the other end of some network.
pub trait Sensors: Send + Sync + 'static {
    /// The readings of one sensor, as they come.
    type Readings: Stream<Item = Result<Reading, SensorError>> + Send + 'static;

    /// The latest reading.
    ///
    /// # Errors
    /// There is no such sensor, or it cannot be asked.
    fn latest(&self, sensor: &str) -> impl Future<Output = Result<Reading, SensorError>> + Send;

    /// All readings from now on.
    ///
    /// # Errors
    /// There is no such sensor, or it cannot be asked. The same errors may come later, as items of the stream.
    fn follow(
        &self,
        sensor: &str,
    ) -> impl Future<Output = Result<Self::Readings, SensorError>> + Send;
}

/// Why there is no reading.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SensorError {
    /// There is no sensor of this name.
    #[error("there is no sensor {0:?}")]
    Unknown(String),
    /// The sensor does not answer now. It may do so later.
    #[error("the sensor does not answer")]
    Silent,
    /// Something is broken on our side. The text is for our own log: it may name machines, paths and accounts.
    #[error("{0}")]
    Broken(String),
}
