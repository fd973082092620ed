//! What the crate does well already, and must go on doing. Mending a defect is worth nothing if it breaks something else.

use std::path::Path;

use review_fix_the_crate::{
    Reading, Series, Store,
    alarm::{Alarm, Threshold},
    files,
    import::import,
    wire,
};

fn reading(at: u64, value: f64) -> Reading {
    Reading { at, value }
}

/// Late readings go to their places, and a corrected one replaces the one before.
#[test]
fn a_series_is_in_order_of_time() {
    let mut series = Series::new();
    assert!(series.is_empty() && series.mean().is_none());
    series.merge([reading(120, 2.0), reading(60, 1.0), reading(180, 9.0)]);
    series.add(reading(90, 5.0));
    series.merge([reading(180, 3.0), reading(60, 0.0), reading(60, 1.5)]);
    assert_eq!(series.len(), 4);
    assert_eq!(series.mean(), Some(11.5 / 4.0));
    let expected = [
        reading(60, 1.5),
        reading(90, 5.0),
        reading(120, 2.0),
        reading(180, 3.0),
    ];
    assert_eq!(series.into_readings(), expected);
}

/// Half-open, as ranges are: two that meet have no reading in common and none between them.
#[test]
fn a_part_of_a_series_ends_before_its_end() {
    let mut series = Series::new();
    series.merge((0..10).map(|at| reading(at, at as f64)));
    assert_eq!(
        series.between(3, 6)[..],
        [3, 4, 5].map(|at| reading(at, at as f64))
    );
    assert_eq!(series.between(8, 99).len(), 2);
    assert!(series.between(6, 6).is_empty() && series.between(6, 3).is_empty());
    assert!(series.between(10, 20).is_empty());
}

/// Each station has a series of its own.
#[test]
fn a_store_keeps_stations_apart() {
    let store = Store::new();
    store.record("harbour", [reading(60, 1.0)]);
    store.record("summit", [reading(60, -8.0)]);
    store.record("harbour", [reading(120, 2.0)]);
    assert_eq!(
        store.snapshot("harbour").map(|series| series.len()),
        Some(2)
    );
    assert_eq!(
        store.snapshot("summit").and_then(|series| series.mean()),
        Some(-8.0)
    );
    assert_eq!(store.snapshot("valley"), None);
}

/// Text as people write it, with spaces and remarks.
#[test]
fn a_good_text_is_taken_in() {
    let readings = import("# Monday\n60, 18.5\n\n120,-2\n".as_bytes()).expect("a good text");
    assert_eq!(readings, [reading(60, 18.5), reading(120, -2.0)]);
    assert_eq!(import(&b""[..]).expect("an empty text"), []);
}

/// What was sent arrives, and what is not all there is nothing.
#[test]
fn a_frame_is_read_as_it_was_written() {
    let readings = [reading(60, 18.5), reading(u64::MAX, -0.0)];
    let frame = wire::encode(&readings);
    assert_eq!(wire::decode(&frame).as_deref(), Some(&readings[..]));
    assert_eq!(wire::decode(&wire::encode(&[])), Some(Vec::new()));
    for length in 0..frame.len() {
        assert_eq!(
            wire::decode(&frame[..length]),
            None,
            "{length} bytes of a frame"
        );
    }
    assert_eq!(
        wire::decode(&[&frame[..], &[0; 16]].concat()),
        None,
        "a frame and more"
    );
}

/// Good names are not refused.
#[test]
fn a_station_has_a_file() {
    let file = files::file_of(Path::new("/srv/readings"), "Harbour_2-b");
    assert_eq!(
        file.as_deref(),
        Ok(Path::new("/srv/readings/Harbour_2-b.csv"))
    );
    assert!(files::file_of(Path::new("."), &"x".repeat(64)).is_ok());
}

/// The alarm itself is right. What it lacks is tests.
#[test]
fn an_alarm_does_not_flicker() {
    let mut alarm = Threshold::new(30.0, 25.0);
    let values = [29.9, 30.0, 27.0, f64::NAN, 25.0, 24.9, f64::NAN, 27.0];
    let rings = values.map(|value| alarm.observe(value));
    assert_eq!(rings, [false, true, true, true, true, false, false, false]);
}
