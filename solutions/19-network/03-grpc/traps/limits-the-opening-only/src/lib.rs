//! A gRPC service for the readings of sensors. `src/station.proto` defines it.

use std::{pin::Pin, time::Duration};

use futures_util::StreamExt;
use tokio::{
    select,
    time::{Instant, sleep_until},
};
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
    let Some(header) = metadata.get("grpc-timeout") else {
        return Ok(None);
    };
    let allowed = header.to_str().ok().and_then(parse_timeout);
    allowed
        .map(Some)
        .ok_or_else(|| Status::invalid_argument("grpc-timeout is not 1 to 8 digits and a unit"))
}

fn parse_timeout(text: &str) -> Option<Duration> {
    let (unit_at, unit) = text.char_indices().next_back()?;
    let digits = text.get(..unit_at)?;
    // `parse` would also take a sign. It refuses what is empty.
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse().ok()?;
    // With 8 digits, none of the products overflows.
    Some(match unit {
        'H' => Duration::from_secs(value * 60 * 60),
        'M' => Duration::from_secs(value * 60),
        'S' => Duration::from_secs(value),
        'm' => Duration::from_millis(value),
        'u' => Duration::from_micros(value),
        'n' => Duration::from_nanos(value),
        _ => return None,
    })
}

/// What a caller is told. `NotFound`, `Unavailable` and `Internal` are for an unknown sensor, a silent one and a broken one.
/// What is broken is not for the caller: the message does not say.
impl From<SensorError> for Status {
    fn from(error: SensorError) -> Self {
        match error {
            SensorError::Unknown(_) => Self::not_found(error.to_string()),
            SensorError::Silent => Self::unavailable(error.to_string()),
            SensorError::Broken(_) => Self::internal("the station is out of order"),
        }
    }
}

/// When a caller's time is up, if ever.
#[derive(Clone, Copy)]
struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline of a call that arrives now.
    fn of<T>(request: &Request<T>) -> Result<Self, Status> {
        let allowed = time_allowed(request.metadata())?;
        Ok(Self(
            allowed.and_then(|allowed| Instant::now().checked_add(allowed)),
        ))
    }

    /// Does `work`, or drops it at the deadline. Does not even begin after it.
    async fn limit<T>(self, work: impl Future<Output = T>) -> Result<T, Status> {
        let Some(deadline) = self.0 else {
            return Ok(work.await);
        };
        select! {
            biased;
            () = sleep_until(deadline) => Err(Status::deadline_exceeded("the caller's time is up")),
            result = work => Ok(result),
        }
    }
}

/// The name in a query, if it may be one.
fn sensor_name(query: &Query) -> Result<&str, Status> {
    let name = query.sensor.as_str();
    let well_formed = (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if well_formed {
        Ok(name)
    } else {
        Err(Status::invalid_argument(
            "a sensor's name is 1 to 32 letters, digits and hyphens",
        ))
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
        let deadline = Deadline::of(&request)?;
        let sensor = sensor_name(request.get_ref())?;
        let reading = deadline.limit(self.sensors.latest(sensor)).await??;
        Ok(Response::new(reading))
    }

    /// All readings of a sensor from now on, in order, until they end, or fail, or the caller's time is up. A failure is the last item.
    ///
    /// A reading is taken from the sensor when there is room to send it. After the deadline none is sent, even if there
    /// is one.
    async fn watch(&self, request: Request<Query>) -> Result<Response<Self::WatchStream>, Status> {
        let deadline = Deadline::of(&request)?;
        let sensor = sensor_name(request.get_ref())?;
        let readings = deadline.limit(self.sensors.follow(sensor)).await??;
        let stream = readings.map(|reading| reading.map_err(Status::from));
        Ok(Response::new(Box::pin(stream)))
    }
}
