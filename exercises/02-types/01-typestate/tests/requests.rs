//! The orders that are right, and the requests that come of them.

use std::time::Duration;
use types_typestate::{Builder, DEFAULT_TIMEOUT, Login, Request};

/// What an address alone leads to.
fn plain() -> Request {
    Request {
        client: "inventory".to_owned(),
        host: "db.example.org".to_owned(),
        port: 5432,
        encrypted: false,
        login: None,
        timeout: DEFAULT_TIMEOUT,
    }
}

fn ada() -> Option<Login> {
    Some(Login {
        user: "ada".to_owned(),
        password: "engine".to_owned(),
    })
}

#[test]
fn builds_a_plain_request() {
    // The shortest order that makes sense: an address, and nobody logs in.
    let request = Builder::new("inventory")
        .address("db.example.org", 5432)
        .build();
    assert_eq!(request, plain());
}

#[test]
fn builds_an_encrypted_request() {
    // A state that only the compiler sees must still leave its mark in the value: somebody has to speak TLS.
    let request = Builder::new("inventory")
        .address("db.example.org", 5432)
        .encrypt()
        .build();
    assert_eq!(
        request,
        Request {
            encrypted: true,
            ..plain()
        }
    );
}

#[test]
fn builds_a_request_with_a_login() {
    // The whole way. What was set three states ago must have come along.
    let request = Builder::new("inventory")
        .address("db.example.org", 5432)
        .encrypt()
        .login("ada", "engine")
        .build();
    assert_eq!(
        request,
        Request {
            encrypted: true,
            login: ada(),
            ..plain()
        }
    );
    assert_eq!(
        request.login.map(|login| login.password),
        Some("engine".to_owned()),
        "the password goes into the request as it was given"
    );
}

#[test]
fn a_timeout_may_be_set_in_any_state() {
    // What is optional has no place in the order. It comes with the builder into every state that follows, for a
    // builder that fills its fields afresh at each step loses it silently.
    let seconds = Duration::from_secs;
    let expected = |timeout| Request {
        encrypted: true,
        login: ada(),
        timeout,
        ..plain()
    };
    let start = || Builder::new("inventory");

    let unaddressed = start()
        .timeout(seconds(1))
        .address("db.example.org", 5432)
        .encrypt();
    assert_eq!(
        unaddressed.login("ada", "engine").build(),
        expected(seconds(1)),
        "set before the address"
    );

    let plain = start()
        .address("db.example.org", 5432)
        .timeout(seconds(2))
        .encrypt();
    assert_eq!(
        plain.login("ada", "engine").build(),
        expected(seconds(2)),
        "set before the encryption"
    );

    let encrypted = start()
        .address("db.example.org", 5432)
        .encrypt()
        .timeout(seconds(3));
    assert_eq!(
        encrypted.login("ada", "engine").build(),
        expected(seconds(3)),
        "set before the login"
    );

    let logged_in = start()
        .address("db.example.org", 5432)
        .encrypt()
        .login("ada", "engine");
    assert_eq!(
        logged_in.timeout(seconds(4)).build(),
        expected(seconds(4)),
        "set at the end"
    );
}

#[test]
fn the_last_timeout_counts() {
    // A setting that may be made anywhere may be made twice.
    let (early, late) = (Duration::from_secs(1), Duration::from_secs(2));
    let builder = Builder::new("inventory")
        .timeout(early)
        .address("db.example.org", 5432);
    assert_eq!(
        builder.timeout(late).build(),
        Request {
            timeout: late,
            ..plain()
        }
    );
}
