//! Sensors for tests, which count what is going on, and a client that calls the service directly.
//!
//! Time is paused in these tests: it moves only when all tasks wait, and then at once. So a minute costs nothing, and two
//! runs agree to the millisecond.

#![allow(dead_code)]

use std::{
    future::pending,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use network_grpc::{
    Desk, SensorError, Sensors,
    proto::{Query, Reading, station_client::StationClient, station_server::StationServer},
};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_stream::Stream;
use tonic::Request;

/// How many readings `long` has, and how many bytes of samples are in each.
pub const LONG: u64 = 4096;
pub const SAMPLES: usize = 1024;

/// Answers by the sensor's name.
#[derive(Clone, Default)]
pub struct Garden(Arc<Counts>);

/// What is counted.
#[derive(Default)]
pub struct Counts {
    asked: AtomicUsize,
    at_work: AtomicUsize,
    taken: AtomicUsize,
}

impl Garden {
    /// How often a sensor was asked, in either way.
    pub fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// How many calls of `latest` and how many streams of readings there are.
    pub fn at_work(&self) -> usize {
        self.0.at_work.load(Ordering::SeqCst)
    }

    /// How many readings were taken from streams.
    pub fn taken(&self) -> usize {
        self.0.taken.load(Ordering::SeqCst)
    }

    fn enter(&self) -> Guard {
        self.0.at_work.fetch_add(1, Ordering::SeqCst);
        Guard(self.clone())
    }
}

struct Guard(Garden);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.at_work.fetch_sub(1, Ordering::SeqCst);
    }
}

pub fn reading(number: u64) -> Reading {
    Reading {
        number,
        millidegrees: -1500,
        samples: Vec::new(),
    }
}

const SECRET: &str = "user station of db-7 may not read /var/lib/readings";

impl Sensors for Garden {
    type Readings = Pin<Box<dyn Stream<Item = Result<Reading, SensorError>> + Send>>;

    async fn latest(&self, sensor: &str) -> Result<Reading, SensorError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let _working = self.enter();
        match sensor {
            "slow" => sleep(Duration::from_millis(40)).await,
            "hangs" => pending().await,
            "silent" => return Err(SensorError::Silent),
            "broken" => return Err(SensorError::Broken(SECRET.to_owned())),
            "unknown" => return Err(SensorError::Unknown(sensor.to_owned())),
            _ => {}
        }
        Ok(reading(7))
    }

    async fn follow(&self, sensor: &str) -> Result<Self::Readings, SensorError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let guard = self.enter();
        let garden = self.clone();
        let count = move |reading| {
            let _ = &guard;
            garden.0.taken.fetch_add(1, Ordering::SeqCst);
            reading
        };
        Ok(match sensor {
            "silent" => return Err(SensorError::Silent),
            "broken" => return Err(SensorError::Broken(SECRET.to_owned())),
            "unknown" => return Err(SensorError::Unknown(sensor.to_owned())),
            "hangs" => pending().await,
            // Two readings, and a failure.
            "fails" => {
                let readings = [Ok(reading(1)), Ok(reading(2)), Err(SensorError::Silent)];
                // Whoever asks on after a failure waits for ever.
                stream::iter(readings)
                    .chain(stream::pending())
                    .map(count)
                    .boxed()
            }
            // One reading, and silence.
            "quiet" => stream::iter([Ok(reading(1))])
                .chain(stream::pending())
                .map(count)
                .boxed(),
            // As fast as they are taken.
            "long" => stream::iter(1..=LONG)
                .map(|number| {
                    Ok(Reading {
                        samples: vec![7; SAMPLES],
                        ..reading(number)
                    })
                })
                .map(count)
                .boxed(),
            // One every 20 ms, after a while if so wished. Those that nobody took wait.
            _ => {
                if sensor == "slow" {
                    sleep(Duration::from_millis(40)).await;
                }
                let begin = Instant::now();
                stream::iter(1..)
                    .then(move |number| async move {
                        sleep_until(begin + Duration::from_millis(20 * number)).await;
                        Ok(reading(number))
                    })
                    .map(count)
                    .boxed()
            }
        })
    }
}

/// A client that calls the service as a function, with no connection between them.
pub type Client = StationClient<StationServer<Desk<Garden>>>;

pub fn client() -> (Garden, Client) {
    let garden = Garden::default();
    let service = StationServer::new(Desk::new(garden.clone()));
    (garden, StationClient::new(service))
}

/// A query, with a `grpc-timeout` if there is one.
pub fn query(sensor: &str, allowed: Option<&'static str>) -> Request<Query> {
    let mut request = Request::new(Query {
        sensor: sensor.to_owned(),
    });
    if let Some(allowed) = allowed {
        let allowed = allowed.parse().expect("a header's value");
        request.metadata_mut().insert("grpc-timeout", allowed);
    }
    request
}

/// Fails if `work` is not done when everybody waits.
pub async fn within<R>(what: &str, work: impl Future<Output = R>) -> R {
    match timeout(Duration::from_secs(3600), work).await {
        Ok(result) => result,
        Err(_) => panic!("{what} is not done after an hour of simulated time"),
    }
}

/// Lets all tasks do what they can, until everybody waits.
pub async fn settle() {
    sleep(Duration::from_millis(1)).await;
}
