//! A gRPC service for the readings of sensors. `src/station.proto` defines it.

use std::{pin::Pin, time::Duration};

use tokio_stream::Stream;
use tonic::{Request, Response, Status, metadata::MetadataMap};

use proto::{Query, Reading, station_server::Station};
pub use sensors::{SensorError, Sensors};

pub mod proto;
mod sensors;

/// How long the caller is willing to wait, from the header `grpc-timeout`: one to eight digits, and a unit, which is `H`, `M`
/// or `S` for hours, minutes and seconds, or `m`, `u` or `n` for milli-, micro- and nanoseconds. `None` without such a header.
///
/// # Errors
/// `InvalidArgument`: the header is something else.
pub fn time_allowed(metadata: &MetadataMap) -> Result<Option<Duration>, Status> {
    let _ = metadata;
    todo!("read the header grpc-timeout")
}

/// What a caller is told. `NotFound`, `Unavailable` and `Internal` are for an unknown sensor, a silent one and a broken one.
/// What is broken is not for the caller: the message does not say.
impl From<SensorError> for Status {
    fn from(error: SensorError) -> Self {
        todo!("a status for {error:?}")
    }
}

/// The service. Both methods:
///
/// - refuse a name that is not 1 to 32 ASCII letters, digits and hyphens, with `InvalidArgument` and without asking the sensors;
/// - end the call with `DeadlineExceeded` when the caller's time is up, counted from the arrival of the call, and drop
///   what they were waiting for;
/// - drop everything as soon as the caller cancels.
#[derive(Debug)]
pub struct Desk<S> {
    sensors: S,
}

impl<S> Desk<S> {
    /// Makes a service for these sensors.
    pub fn new(sensors: S) -> Self {
        Self { sensors }
    }
}

#[tonic::async_trait]
impl<S: Sensors> Station for Desk<S> {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<Reading, Status>> + Send>>;

    /// The latest reading of a sensor.
    async fn latest(&self, request: Request<Query>) -> Result<Response<Reading>, Status> {
        let _ = (&self.sensors, request);
        todo!("ask the sensor, within the caller's time")
    }

    /// All readings of a sensor from now on, in order, until they end, or fail, or the caller's time is up. A failure is the last item.
    ///
    /// A reading is taken from the sensor when there is room to send it. After the deadline none is sent, even if there
    /// is one.
    async fn watch(&self, request: Request<Query>) -> Result<Response<Self::WatchStream>, Status> {
        let _ = request;
        todo!("follow the sensor, within the caller's time")
    }
}
