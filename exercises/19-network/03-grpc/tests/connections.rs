//! The service behind a connection: HTTP/2 carries the back-pressure, the cancellation and the status.

use network_grpc::{
    Desk,
    proto::{Query, station_client::StationClient, station_server::StationServer},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Endpoint, Server};

#[path = "support/garden.rs"]
mod garden;
#[path = "support/wire.rs"]
mod wire;

use garden::{Garden, LONG, SAMPLES, settle, within};
use wire::{Wire, finish, status};

/// On the wire, a status is a number in a header: 4 is DEADLINE_EXCEEDED. tonic's server reads the header `grpc-timeout` as well, and would
/// answer 1, CANCELLED, at the same moment; it asks the method first.
#[tokio::test(start_paused = true)]
async fn a_deadline_is_a_status_on_the_wire() {
    let garden = Garden::default();
    let mut wire = Wire::connect(&garden).await;
    let response = wire.call("Latest", "hangs", Some("50m"));
    let response = within("Latest", response).await.expect("an answer");
    let (head, mut body) = response.into_parts();
    let in_head = status(&head.headers).map(str::to_owned);
    let (_, in_trailers) = finish(&mut body).await;
    assert_eq!(
        in_head.or(in_trailers).as_deref(),
        Some("4"),
        "grpc-status at the deadline"
    );
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "calls that are still at work after the deadline"
    );
}

/// tonic's own deadline ends with the head of the response. What comes after is the method's to watch over.
#[tokio::test(start_paused = true)]
async fn a_stream_has_its_deadline_on_the_wire() {
    let garden = Garden::default();
    let mut wire = Wire::connect(&garden).await;
    let response = wire.call("Watch", "steady", Some("50m"));
    let response = within("Watch", response).await.expect("an answer");
    let mut body = response.into_body();
    // Each reading is a prefix of five bytes, two bytes of number, and three of temperature.
    let (size, status) = finish(&mut body).await;
    assert_eq!(
        (size, status.as_deref()),
        (2 * 10, Some("4")),
        "size and grpc-status"
    );
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "streams of readings that are still there after the deadline"
    );
}

/// The sensor has four megabytes of readings, the caller reads none of them. There is room for some in windows and buffers. All
/// others stay where they are: whoever takes them has to keep them.
#[tokio::test(start_paused = true)]
async fn a_caller_that_stalls_holds_the_readings_back() {
    let garden = Garden::default();
    let mut wire = Wire::connect(&garden).await;
    let response = wire.call("Watch", "long", None);
    let response = within("Watch", response).await.expect("an answer");
    let mut body = response.into_body();
    settle().await;
    let taken = garden.taken();
    assert!(
        taken < 512,
        "the caller has read nothing, and {taken} of {LONG} readings of 1 KiB were taken from the sensor"
    );
    let (size, status) = finish(&mut body).await;
    assert!(
        size > LONG as usize * SAMPLES,
        "all readings, once the caller reads"
    );
    assert_eq!(status.as_deref(), Some("0"), "grpc-status");
}

/// The caller goes away between two readings. No reading will come that could fail to be sent, so whoever waits for the
/// next one never learns of it.
#[tokio::test(start_paused = true)]
async fn a_cancelled_stream_is_dropped() {
    let garden = Garden::default();
    let mut wire = Wire::connect(&garden).await;
    let response = wire.call("Watch", "quiet", None);
    let response = within("Watch", response).await.expect("an answer");
    let mut body = response.into_body();
    let first = within("the first reading", body.data()).await;
    first.expect("a reading").expect("no reset");
    settle().await;
    assert_eq!(garden.at_work(), 1, "one stream of readings is open");
    // `h2`'s client resets the stream with CANCEL.
    drop(body);
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "streams of readings after the caller has cancelled"
    );
}

/// The same for a call that waits for its one answer.
#[tokio::test(start_paused = true)]
async fn a_cancelled_call_is_dropped() {
    let garden = Garden::default();
    let mut wire = Wire::connect(&garden).await;
    let response = wire.call("Latest", "hangs", None);
    settle().await;
    assert_eq!(garden.at_work(), 1, "one call is at work");
    drop(response);
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "calls at work after the caller has cancelled"
    );
}

/// All of it as a program would use it: tonic's server and tonic's client, over TCP, with time as it is.
#[tokio::test]
async fn serves_over_a_socket() {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let service = StationServer::new(Desk::new(Garden::default()));
    let server = Server::builder()
        .add_service(service)
        .serve_with_incoming(TcpListenerStream::new(listener));
    tokio::spawn(server);
    let endpoint = Endpoint::try_from(format!("http://{address}")).expect("an address");
    let mut client = StationClient::new(endpoint.connect().await.expect("a server"));
    let query = |sensor: &str| Query {
        sensor: sensor.to_owned(),
    };
    let latest = client
        .latest(query("greenhouse-2"))
        .await
        .expect("a reading");
    assert_eq!(latest.into_inner(), garden::reading(7));
    let unknown = client
        .latest(query("unknown"))
        .await
        .expect_err("no such sensor");
    assert_eq!(unknown.code(), tonic::Code::NotFound);
    let mut readings = client
        .watch(query("long"))
        .await
        .expect("readings")
        .into_inner();
    for number in 1..=LONG {
        let next = readings.message().await.expect("no failure");
        assert_eq!(next.map(|reading| reading.number), Some(number));
    }
    assert_eq!(
        readings.message().await.expect("no failure"),
        None,
        "the end"
    );
}
