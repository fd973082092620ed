//! Parameters grow with the machines. Only a login knows the password, so that is when a hash is made anew.

use argon2::{
    Algorithm, Argon2, CustomizedPasswordHasher, Params, Version, password_hash::phc::PasswordHash,
};
use security_password::{Accounts, LoginError, Password};

#[path = "support/meter.rs"]
mod meter;
use meter::{Cost, Meter, params};

const PASSWORD: &str = "from the old days";

/// What is stored when the parameters of today are `m=64,t=2`.
const TODAY: &str = "$argon2id$v=19$m=64,t=2,p=1$";

/// A hash of `PASSWORD` from other days.
fn hash(algorithm: Algorithm, version: Version, params: Params) -> String {
    let hash: PasswordHash = Argon2::default()
        .hash_password_customized(
            PASSWORD.as_bytes(),
            b"salt of old days",
            Some(algorithm.ident().as_str()),
            Some(version.into()),
            params,
        )
        .expect("a hash");
    hash.to_string()
}

/// Accounts whose parameters are `m=64,t=2`, with one that has this hash.
fn accounts(meter: &Meter, phc: &str) -> Accounts<Meter> {
    let mut accounts = Accounts::new(meter.clone(), params(64, 2)).expect("accounts");
    accounts.restore("ada", phc).expect("a valid hash");
    meter.take();
    accounts
}

/// One hash to verify, one to replace it, and from then on one a login. The new hash is of the same password.
#[test]
fn upgrades_a_weak_hash_at_login() {
    let old = hash(Algorithm::Argon2id, Version::V0x13, params(16, 1));
    let meter = Meter::new();
    let mut accounts = accounts(&meter, &old);
    let password = Password::from(PASSWORD);
    assert_eq!(accounts.login("ada", &password), Ok(()), "with {old}");
    let (weak, today) = (
        Cost {
            memory: 16,
            passes: 1,
        },
        Cost {
            memory: 64,
            passes: 2,
        },
    );
    assert_eq!(
        meter.take(),
        [weak, today],
        "verify with the stored parameters, then hash with today's"
    );
    let new = accounts.stored("ada").expect("ada is still there");
    assert!(
        new.starts_with(TODAY),
        "after the login there should be a hash with today's parameters: {new}"
    );
    assert_eq!(
        accounts.login("ada", &password),
        Ok(()),
        "the new hash does not accept the password: {new}"
    );
    assert_eq!(meter.take(), [today], "this hash needs no upgrade");
    assert_eq!(
        accounts.stored("ada"),
        Some(new),
        "the second login made yet another hash"
    );
    assert_eq!(
        accounts.login("ada", &Password::from("another")),
        Err(LoginError::Refused)
    );
}

/// Each of these alone makes a hash weaker: less memory, fewer passes, a variant that leaks through the cache or is
/// weak against hardware, and the version in which a later pass overwrites instead of adding.
#[test]
fn whatever_falls_short_is_upgraded() {
    let password = Password::from(PASSWORD);
    for (what, old) in [
        (
            "less memory",
            hash(Algorithm::Argon2id, Version::V0x13, params(32, 2)),
        ),
        (
            "fewer passes",
            hash(Algorithm::Argon2id, Version::V0x13, params(64, 1)),
        ),
        (
            "less memory, though more passes",
            hash(Algorithm::Argon2id, Version::V0x13, params(32, 9)),
        ),
        (
            "Argon2i",
            hash(Algorithm::Argon2i, Version::V0x13, params(64, 2)),
        ),
        (
            "Argon2d",
            hash(Algorithm::Argon2d, Version::V0x13, params(64, 2)),
        ),
        (
            "version 16",
            hash(Algorithm::Argon2id, Version::V0x10, params(64, 2)),
        ),
    ] {
        let mut accounts = accounts(&Meter::new(), &old);
        assert_eq!(accounts.login("ada", &password), Ok(()), "{what}: {old}");
        let new = accounts.stored("ada").expect("ada is still there");
        assert!(
            new.starts_with(TODAY),
            "{what} was left as it is: {old} became {new}"
        );
    }
}

/// A hash that is dearer than today's parameters ask for is no reason to make it cheaper: whoever can set the
/// configuration back would weaken every hash, one login after another.
#[test]
fn a_stronger_hash_stays() {
    let password = Password::from(PASSWORD);
    for old in [(64, 2), (128, 2), (64, 3)]
        .map(|(memory, passes)| hash(Algorithm::Argon2id, Version::V0x13, params(memory, passes)))
    {
        let mut accounts = accounts(&Meter::new(), &old);
        assert_eq!(accounts.login("ada", &password), Ok(()), "with {old}");
        assert_eq!(
            accounts.stored("ada").as_deref(),
            Some(old.as_str()),
            "a hash that is good enough was replaced"
        );
    }
}

/// If the hash were replaced before the password is known to be right, anybody could set it.
#[test]
fn a_refused_login_changes_nothing() {
    let old = hash(Algorithm::Argon2id, Version::V0x13, params(16, 1));
    let mut accounts = accounts(&Meter::new(), &old);
    let wrong = Password::from("of somebody else");
    assert_eq!(accounts.login("ada", &wrong), Err(LoginError::Refused));
    assert_eq!(
        accounts.stored("ada"),
        Some(old),
        "a wrong password replaced the hash"
    );
    assert_eq!(accounts.login("ada", &wrong), Err(LoginError::Refused));
}

/// The stronger hash needs more memory, and that may be lacking just now. The password was right none the less.
#[test]
fn an_upgrade_that_fails_locks_nobody_out() {
    let old = hash(Algorithm::Argon2id, Version::V0x13, params(16, 1));
    let meter = Meter::new();
    let mut accounts = accounts(&meter, &old);
    let password = Password::from(PASSWORD);
    meter.fail_after(1);
    assert_eq!(
        accounts.login("ada", &password),
        Ok(()),
        "the password was verified, and only the new hash failed"
    );
    assert_eq!(
        accounts.stored("ada"),
        Some(old),
        "the old hash has to stay"
    );
    meter.fail_after(2);
    assert_eq!(accounts.login("ada", &password), Ok(()));
    let new = accounts.stored("ada").expect("ada is still there");
    assert!(
        new.starts_with(TODAY),
        "the next login should have another try at it: {new}"
    );
}
