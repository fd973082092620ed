//! A gRPC service for the readings of sensors. `src/station.proto` defines it.

use std::{pin::Pin, time::Duration};

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio_stream::{Stream, wrappers::UnboundedReceiverStream};
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
pub fn time_allowed(_metadata: &MetadataMap) -> Result<Option<Duration>, Status> {
    // tonic's server reads the header itself.
    Ok(None)
}

/// What a caller is told. `NotFound`, `Unavailable` and `Internal` are for an unknown sensor, a silent one and a broken one.
/// What is broken is not for the caller: the message does not say.
impl From<SensorError> for Status {
    fn from(error: SensorError) -> Self {
        Self::internal(error.to_string())
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

// ANCHOR: naive
#[tonic::async_trait]
impl<S: Sensors> Station for Desk<S> {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<Reading, Status>> + Send>>;

    async fn latest(&self, request: Request<Query>) -> Result<Response<Reading>, Status> {
        let query = request.into_inner();
        let reading = self.sensors.latest(&query.sensor).await?;
        Ok(Response::new(reading))
    }

    async fn watch(&self, request: Request<Query>) -> Result<Response<Self::WatchStream>, Status> {
        let query = request.into_inner();
        let mut readings = Box::pin(self.sensors.follow(&query.sensor).await?);
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(reading) = readings.next().await {
                let sent = sender.send(reading.map_err(Status::from));
                if sent.is_err() {
                    break;
                }
            }
        });
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(
            receiver,
        ))))
    }
}
// ANCHOR_END: naive
