//! A caller says how long it is willing to wait. After that, nobody wants the answer, and whatever still works for it works for
//! nobody.

use std::time::Duration;

use network_grpc::time_allowed;
use tokio::time::{Instant, sleep};
use tonic::{Code, metadata::MetadataMap};

#[path = "support/garden.rs"]
mod garden;

use garden::{client, query, reading, settle, within};

fn metadata(allowed: &'static str) -> MetadataMap {
    query("any", Some(allowed)).metadata().clone()
}

/// The units of the gRPC protocol over HTTP/2. Clients choose the one in which their time fits into eight digits.
#[test]
fn reads_every_unit() {
    for (text, expected) in [
        ("2H", Duration::from_secs(7200)),
        ("3M", Duration::from_secs(180)),
        ("42S", Duration::from_secs(42)),
        ("50m", Duration::from_millis(50)),
        ("50000u", Duration::from_millis(50)),
        ("00000009n", Duration::from_nanos(9)),
        ("99999999n", Duration::from_nanos(99_999_999)),
        ("99999999H", Duration::from_secs(359_999_996_400)),
    ] {
        let allowed = time_allowed(&metadata(text)).expect("a valid header");
        assert_eq!(allowed, Some(expected), "grpc-timeout: {text}");
    }
    let allowed = time_allowed(&MetadataMap::new()).expect("no header is fine");
    assert_eq!(allowed, None, "without grpc-timeout");
}

/// A deadline that is ignored because it cannot be read is a call without a deadline. `parse` is no help: it takes "+5", too.
#[test]
fn refuses_what_is_no_timeout() {
    for text in [
        "",
        "5",
        "m",
        "5x",
        "5s",
        "-5m",
        "+5m",
        "5 m",
        " 5m",
        "5.0m",
        "123456789m",
        "5mm",
    ] {
        let refused = time_allowed(&metadata(text));
        let code = refused.as_ref().err().map(tonic::Status::code);
        assert_eq!(
            code,
            Some(Code::InvalidArgument),
            "grpc-timeout: {text:?} gave {refused:?}"
        );
    }
    let mut bytes = MetadataMap::new();
    let latin = tonic::metadata::MetadataValue::try_from(&b"5\xB5"[..]).expect("a header's value");
    bytes.insert("grpc-timeout", latin);
    let refused = time_allowed(&bytes).expect_err("a header that is not ASCII");
    assert_eq!(
        refused.code(),
        Code::InvalidArgument,
        "the code for a header that is not ASCII"
    );
}

/// And the methods refuse it as well, before they do anything.
#[tokio::test(start_paused = true)]
async fn a_malformed_timeout_ends_the_call() {
    let (garden, mut client) = client();
    let latest = within("Latest", client.latest(query("any", Some("soon")))).await;
    assert_eq!(
        latest.expect_err("a malformed timeout").code(),
        Code::InvalidArgument
    );
    let watch = within("Watch", client.watch(query("any", Some("soon")))).await;
    assert_eq!(
        watch.expect_err("a malformed timeout").code(),
        Code::InvalidArgument
    );
    assert_eq!(garden.asked(), 0, "how often the sensors were asked");
}

/// A sensor that never answers, and a caller that waits for 50 ms. The call ends then, with the code that says so, and what it
/// waited for is dropped.
#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_deadline() {
    let (garden, mut client) = client();
    let begin = Instant::now();
    let latest = within("Latest", client.latest(query("hangs", Some("50m")))).await;
    let error = latest.expect_err("the sensor never answers");
    assert_eq!(
        error.code(),
        Code::DeadlineExceeded,
        "after 50 ms: {error:?}"
    );
    assert_eq!(
        begin.elapsed(),
        Duration::from_millis(50),
        "how long the call took"
    );
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "calls that are still at work after the deadline"
    );
    assert_eq!(garden.asked(), 1, "how often the sensor was asked");
}

/// A deadline is a limit, not a delay, and without one there is no limit.
#[tokio::test(start_paused = true)]
async fn work_within_the_deadline_is_not_disturbed() {
    for allowed in [Some("50m"), Some("99999999H"), None] {
        let (_, mut client) = client();
        let begin = Instant::now();
        let latest = within("Latest", client.latest(query("slow", allowed))).await;
        assert_eq!(
            latest.expect("an answer after 40 ms").into_inner(),
            reading(7),
            "grpc-timeout: {allowed:?}"
        );
        assert_eq!(
            begin.elapsed(),
            Duration::from_millis(40),
            "how long the call took"
        );
    }
}

/// The deadline is the call's, and a stream's call lasts as long as the stream. At 20 and 40 ms there are readings; at 50 ms it ends,
/// although nothing has failed.
#[tokio::test(start_paused = true)]
async fn a_stream_ends_at_its_deadline() {
    let (garden, mut client) = client();
    let begin = Instant::now();
    let watch = within("Watch", client.watch(query("steady", Some("50m")))).await;
    let mut readings = watch.expect("readings").into_inner();
    for number in 1..=2 {
        let next = within("a reading within the deadline", readings.message()).await;
        assert_eq!(next.expect("time is not up yet"), Some(reading(number)));
    }
    let end = within("the deadline", readings.message()).await;
    let error = end.expect_err("time is up");
    assert_eq!(
        error.code(),
        Code::DeadlineExceeded,
        "after 50 ms: {error:?}"
    );
    assert_eq!(
        begin.elapsed(),
        Duration::from_millis(50),
        "how long the call took"
    );
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "streams of readings that are still there after the deadline"
    );
}

/// One call, one deadline. If it takes 40 of 50 ms to find the sensor, there are 10 ms left.
#[tokio::test(start_paused = true)]
async fn the_time_to_open_a_stream_counts() {
    let (garden, mut client) = client();
    let begin = Instant::now();
    let watch = within("Watch", client.watch(query("slow", Some("50m")))).await;
    let mut readings = watch.expect("readings").into_inner();
    let end = within("the deadline", readings.message()).await;
    let error = end.expect_err("time is up before the first reading");
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert_eq!(
        begin.elapsed(),
        Duration::from_millis(50),
        "how long the call took"
    );

    let begin = Instant::now();
    let watch = within("Watch", client.watch(query("hangs", Some("50m")))).await;
    let error = watch.expect_err("time is up before there are readings");
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert_eq!(
        begin.elapsed(),
        Duration::from_millis(50),
        "how long the call took"
    );
    settle().await;
    assert_eq!(
        garden.at_work(),
        0,
        "what is still at work after the deadlines"
    );
}

/// A caller that reads slowly finds, after the deadline, that time is up. There are readings that wait to be taken, and
/// `timeout` looks at them first.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_the_deadline() {
    let (_, mut client) = client();
    let watch = within("Watch", client.watch(query("steady", Some("50m")))).await;
    let mut readings = watch.expect("readings").into_inner();
    let first = within("the first reading", readings.message()).await;
    assert_eq!(first.expect("time is not up yet"), Some(reading(1)));
    sleep(Duration::from_secs(1)).await;
    let late = within("a reading after the deadline", readings.message()).await;
    let error = late.expect_err("time is up, whatever there is to be taken");
    assert_eq!(error.code(), Code::DeadlineExceeded);
}
