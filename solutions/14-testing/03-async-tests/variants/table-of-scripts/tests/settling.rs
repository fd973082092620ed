//! When a burst of values ends, and with which of them: a table of scripts.

use std::time::Duration;

use testing_async_tests::{Pace, settled};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

/// What happens, and what has to come of it. All times are in milliseconds from the start.
struct Script {
    name: &'static str,
    quiet: u64,
    limit: u64,
    /// Times and values.
    sent: &'static [(u64, u32)],
    /// When the sender goes.
    gone: u64,
    /// What call after call returns, and when.
    calls: &'static [(Option<u32>, u64)],
}

const NEVER: u64 = 100_000_000;

const SCRIPTS: &[Script] = &[
    Script {
        name: "one value",
        quiet: 300,
        limit: 1000,
        sent: &[(0, 1)],
        gone: NEVER,
        calls: &[(Some(1), 300)],
    },
    Script {
        name: "quiet again after each value",
        quiet: 300,
        limit: 5000,
        sent: &[(0, 1), (250, 2), (500, 3), (750, 4)],
        gone: NEVER,
        calls: &[(Some(4), 1050)],
    },
    Script {
        name: "a long wait for the first",
        quiet: 300,
        limit: 1000,
        sent: &[(7_200_000, 1)],
        gone: NEVER,
        calls: &[(Some(1), 7_200_300)],
    },
    Script {
        name: "the limit, from the first value",
        quiet: 300,
        limit: 1000,
        sent: &[
            (2000, 1),
            (2250, 2),
            (2500, 3),
            (2750, 4),
            (2900, 5),
            (3100, 6),
            (3350, 7),
        ],
        gone: NEVER,
        calls: &[(Some(5), 3000), (Some(7), 3650)],
    },
    Script {
        name: "two bursts, each with a limit of its own",
        quiet: 100,
        limit: 250,
        sent: &[
            (0, 1),
            (80, 2),
            (160, 3),
            (240, 4),
            (320, 5),
            (400, 6),
            (480, 7),
            (560, 8),
            (640, 9),
        ],
        gone: NEVER,
        calls: &[(Some(4), 250), (Some(8), 570), (Some(9), 740)],
    },
    Script {
        name: "a limit below the quiet time",
        quiet: 800,
        limit: 400,
        sent: &[(0, 1), (150, 2), (450, 3)],
        gone: NEVER,
        calls: &[(Some(2), 400), (Some(3), 850)],
    },
    Script {
        name: "the sender goes during a burst",
        quiet: 300,
        limit: 1000,
        sent: &[(10, 1), (200, 2)],
        gone: 270,
        calls: &[(Some(2), 270), (None, 270), (None, 270)],
    },
    Script {
        name: "the sender goes with its last word",
        quiet: 300,
        limit: 1000,
        sent: &[(40, 1), (40, 2)],
        gone: 40,
        calls: &[(Some(2), 40), (None, 40)],
    },
    Script {
        name: "the sender goes between bursts",
        quiet: 300,
        limit: 1000,
        sent: &[(0, 1)],
        gone: 4000,
        calls: &[(Some(1), 300), (None, 4000)],
    },
    Script {
        name: "nothing is ever sent",
        quiet: 300,
        limit: 1000,
        sent: &[],
        gone: 90_000,
        calls: &[(None, 90_000)],
    },
    Script {
        name: "a value that comes soon after the end",
        quiet: 300,
        limit: 1000,
        sent: &[(0, 1), (305, 2)],
        gone: NEVER,
        calls: &[(Some(1), 300), (Some(2), 605)],
    },
    Script {
        name: "a value that comes just before the end",
        quiet: 300,
        limit: 1000,
        sent: &[(0, 1), (295, 2)],
        gone: NEVER,
        calls: &[(Some(2), 595)],
    },
];

#[tokio::test(start_paused = true)]
async fn every_script_goes_as_written() {
    for script in SCRIPTS {
        let start = Instant::now();
        let at = move |time| start + Duration::from_millis(time);
        // Room for one only: who sends may have to wait as well.
        let (sender, mut input) = mpsc::channel(1);
        let sending = tokio::spawn(async move {
            for &(time, value) in script.sent {
                sleep_until(at(time)).await;
                if sender.send(value).await.is_err() {
                    return;
                }
            }
            sleep_until(at(script.gone)).await;
        });
        let pace = Pace {
            quiet: Duration::from_millis(script.quiet),
            limit: Duration::from_millis(script.limit),
        };
        for (call, &(result, time)) in script.calls.iter().enumerate() {
            let came = timeout(Duration::from_secs(1_000_000), settled(&mut input, pace)).await;
            let took = start.elapsed();
            assert_eq!(
                (came, took),
                (Ok(result), Duration::from_millis(time)),
                "{}, call {call}",
                script.name,
            );
        }
        sending.abort();
    }
}

/// Nothing but being moved is asked of a value.
#[tokio::test(start_paused = true)]
async fn values_of_any_type() {
    struct Bare(u8);

    let (sender, mut input) = mpsc::channel(3);
    for byte in [1, 2, 3] {
        assert!(sender.send(Bare(byte)).await.is_ok());
    }
    let pace = Pace {
        quiet: Duration::from_secs(3600),
        limit: Duration::from_secs(7200),
    };
    let start = Instant::now();
    let last = settled(&mut input, pace).await;
    assert_eq!(last.map(|Bare(byte)| byte), Some(3));
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
}
