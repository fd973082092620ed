//! What a caller is told. A status code is for the caller's program: shall it mend the call, give up, or try again?

use tonic::{Code, Status};

#[path = "support/garden.rs"]
mod garden;

use garden::{client, query, reading, within};

/// The least that a service does.
#[tokio::test(start_paused = true)]
async fn finds_a_reading() {
    let (_, mut client) = client();
    let answer = within("Latest", client.latest(query("greenhouse-2", None))).await;
    assert_eq!(answer.expect("a reading").into_inner(), reading(7));
}

/// Readings come in order, as many as there are, and the stream ends when they do.
#[tokio::test(start_paused = true)]
async fn watches_until_the_end() {
    let (garden, mut client) = client();
    let answer = within("Watch", client.watch(query("long", None))).await;
    let mut readings = answer.expect("readings").into_inner();
    for number in 1..=garden::LONG {
        let next = within("the next reading", readings.message()).await;
        let next = next.expect("no failure").expect("more readings");
        assert_eq!(next.number, number, "the number of a reading");
    }
    let end = within("the end of the readings", readings.message()).await;
    assert_eq!(end.expect("no failure"), None, "after the last reading");
    drop(readings);
    assert_eq!(
        garden.at_work(),
        0,
        "streams of readings that were not dropped"
    );
}

/// A call that can never succeed is the caller's to mend: `InvalidArgument`. It costs the sensors nothing.
#[tokio::test(start_paused = true)]
async fn a_malformed_name_is_an_invalid_argument() {
    let (garden, mut client) = client();
    let long = "x".repeat(33);
    for name in ["", &long, "green house", "../etc", "grün", "a\0"] {
        let latest = within("Latest", client.latest(query(name, None))).await;
        let error = latest.expect_err("a malformed name");
        assert_eq!(
            error.code(),
            Code::InvalidArgument,
            "the code for Latest({name:?})"
        );
        let watch = within("Watch", client.watch(query(name, None))).await;
        let error = watch.expect_err("a malformed name");
        assert_eq!(
            error.code(),
            Code::InvalidArgument,
            "the code for Watch({name:?})"
        );
    }
    assert_eq!(
        garden.asked(),
        0,
        "how often the sensors were asked for malformed names"
    );
    let longest = &long[1..];
    let latest = within("Latest", client.latest(query(longest, None))).await;
    latest.expect("a name of 32 characters is well formed");
}

/// What each kind of failure is called, for both methods.
async fn expect_code(sensor: &str, code: Code) -> [Status; 2] {
    let (garden, mut client) = client();
    let latest = within("Latest", client.latest(query(sensor, None))).await;
    let latest = latest.expect_err("no reading");
    assert_eq!(
        latest.code(),
        code,
        "the code for Latest({sensor:?}): {latest:?}"
    );
    let watch = within("Watch", client.watch(query(sensor, None))).await;
    let watch = watch.expect_err("no readings");
    assert_eq!(
        watch.code(),
        code,
        "the code for Watch({sensor:?}): {watch:?}"
    );
    assert_eq!(garden.asked(), 2, "how often the sensor was asked");
    [latest, watch]
}

/// Well formed, and not there: that may change, but not by calling again at once.
#[tokio::test(start_paused = true)]
async fn an_unknown_sensor_is_not_found() {
    expect_code("unknown", Code::NotFound).await;
}

/// `Unavailable` is the one code that says: call again, a little later. Clients do that by themselves, so it must mean it.
#[tokio::test(start_paused = true)]
async fn a_silent_sensor_is_unavailable() {
    expect_code("silent", Code::Unavailable).await;
}

/// An error's text is written for the log. Sent to callers, it tells them which machines there are and who may do what.
#[tokio::test(start_paused = true)]
async fn an_internal_failure_keeps_its_secrets() {
    for status in expect_code("broken", Code::Internal).await {
        for secret in ["db-7", "station of", "/var/lib"] {
            assert!(
                !status.message().contains(secret),
                "the caller is told {:?}",
                status.message()
            );
            let details = String::from_utf8_lossy(status.details());
            assert!(!details.contains(secret), "the caller is told {details:?}");
        }
    }
}

/// A stream can fail in the middle. What came before has arrived, the failure is the last item, and nobody goes on asking.
#[tokio::test(start_paused = true)]
async fn a_failure_ends_the_stream() {
    let (garden, mut client) = client();
    let answer = within("Watch", client.watch(query("fails", None))).await;
    let mut readings = answer.expect("readings").into_inner();
    for number in 1..=2 {
        let next = within("a reading before the failure", readings.message()).await;
        assert_eq!(next.expect("no failure yet"), Some(reading(number)));
    }
    let failure = within("the failure", readings.message()).await;
    assert_eq!(failure.expect_err("a failure").code(), Code::Unavailable);
    let end = within("the end after a failure", readings.message()).await;
    assert_eq!(
        end.expect("the failure was reported before"),
        None,
        "after a failure"
    );
    drop(readings);
    assert_eq!(
        garden.at_work(),
        0,
        "streams of readings that were not dropped"
    );
}
