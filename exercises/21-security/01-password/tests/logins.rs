//! Who gets in, and what those learn who do not.

use argon2::{Argon2, Version, password_hash};
use security_password::{Accounts, LoginError, Password, RegisterError};

#[path = "support/meter.rs"]
mod meter;
use meter::{Meter, params};

fn accounts(meter: &Meter) -> Accounts<Meter> {
    Accounts::new(meter.clone(), params(32, 2)).expect("accounts")
}

/// The least that a login must do. Also: passwords are compared to the last byte, and nothing is trimmed.
#[test]
fn accepts_the_right_password_and_no_other() {
    let mut accounts = accounts(&Meter::new());
    let right = Password::from("correct horse battery staple");
    accounts.register("ada", &right).expect("a new name");
    assert_eq!(
        accounts.login("ada", &right),
        Ok(()),
        "the right password was not accepted"
    );
    for wrong in [
        "",
        "correct horse battery stapl",
        "correct horse battery staple ",
        "Correct horse battery staple",
    ] {
        assert_eq!(
            accounts.login("ada", &Password::from(wrong)),
            Err(LoginError::Refused),
            "{wrong:?} is not the password"
        );
    }
}

/// Registering a taken name must not be a way to set its password.
#[test]
fn a_taken_name_keeps_its_password() {
    let mut accounts = accounts(&Meter::new());
    let first = Password::from("first");
    accounts.register("ada", &first).expect("a new name");
    let second = accounts.register("ada", &Password::from("second"));
    assert_eq!(second, Err(RegisterError::Taken));
    assert_eq!(
        accounts.login("ada", &first),
        Ok(()),
        "the second registration replaced the first one's password"
    );
}

/// Argon2 takes long on purpose. If an unknown name is refused without it, the time of the answer tells which names
/// exist, and all further guesses go to these. So the work must be the same, and work can be counted: no stopwatch is
/// needed. The first unknown name counts as well: a decoy that is made when it is first needed costs double once.
#[test]
fn an_unknown_name_costs_as_much_as_a_wrong_password() {
    let meter = Meter::new();
    let mut accounts = accounts(&meter);
    accounts
        .register("ada", &Password::from("right"))
        .expect("a new name");
    let mut refuse = |name: &str, password: &str| {
        meter.take();
        let answer = accounts.login(name, &Password::from(password));
        assert_eq!(answer, Err(LoginError::Refused), "{name} with {password:?}");
        meter.take()
    };
    for (round, password) in ["wrong", "", "decoy"].into_iter().enumerate() {
        let unknown = refuse("nobody", password);
        let known = refuse("ada", password);
        assert!(
            !known.is_empty(),
            "a wrong password was refused without hashing it by the given hasher"
        );
        assert_eq!(
            unknown,
            known,
            "login {} of an unknown name (left) costs something else than a wrong password (right)",
            round + 1
        );
    }
}

/// To hash something for an unknown name, there has to be something to compare with, and that has a password too.
/// Whoever returns the outcome of that comparison lets everybody in who knows it. Here every comparison succeeds.
#[test]
fn an_unknown_name_is_refused_whatever_its_password() {
    let mut accounts = accounts(&Meter::constant());
    let password = Password::from("anything");
    accounts.register("ada", &password).expect("a new name");
    assert_eq!(
        accounts.login("ada", &password),
        Ok(()),
        "with this hasher every password is right"
    );
    assert_eq!(
        accounts.login("nobody", &password),
        Err(LoginError::Refused),
        "there is no account of that name, and still somebody logged in"
    );
}

/// A machine without memory is not a wrong password: the user would try again and again, and nobody would look at
/// the machine. And it must not be a right one either.
#[test]
fn a_hasher_that_fails_is_no_wrong_password() {
    let meter = Meter::new();
    let mut accounts = accounts(&meter);
    let password = Password::from("right");
    accounts.register("ada", &password).expect("a new name");
    meter.fail_after(0);
    let failed = Err(LoginError::Failed(password_hash::Error::OutOfMemory));
    assert_eq!(accounts.login("ada", &password), failed);
    assert_eq!(
        accounts.login("nobody", &password),
        failed,
        "a failure must not tell which names exist"
    );
}

/// A hash carries its own parameters, so that those of today may be others. The tags are published: the first by RFC
/// 9106, section 5.3 (Argon2id, with a secret and associated data), the others by the authors of Argon2, in
/// `src/test.c` of github.com/P-H-C/phc-winner-argon2.
#[test]
fn accepts_the_published_vectors() {
    let rfc9106 = Argon2::new_with_secret(
        &[3; 8],
        argon2::Algorithm::Argon2id,
        Version::V0x13,
        params(32, 2),
    )
    .expect("a secret of 8 bytes");
    let ones = "\u{1}".repeat(32);
    let vectors = [
        (
            Meter::around(rfc9106),
            ones.as_str(),
            "$argon2id$v=19$m=32,t=3,p=4,data=BAQEBAQEBAQEBAQE$AgICAgICAgICAgICAgICAg$DWQN9Y14dmwIwDejSotTydAe8EUtdbZetSUg6WsB5lk",
        ),
        (
            Meter::new(),
            "password",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ),
        (
            Meter::new(),
            "password",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        ),
        (
            Meter::new(),
            "password",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        ),
    ];
    for (meter, password, phc) in vectors {
        let mut accounts = accounts(&meter);
        accounts
            .restore("vector", phc)
            .unwrap_or_else(|error| panic!("{phc} was not restored: {error}"));
        assert_eq!(
            accounts.login("vector", &Password::from("sassword")),
            Err(LoginError::Refused),
            "{phc} with another password"
        );
        assert_eq!(
            accounts.login("vector", &Password::from(password)),
            Ok(()),
            "{phc} is the hash of {password:?}"
        );
    }
}
