//! What is stored, and what is never shown.

use argon2::{
    Argon2, PasswordVerifier,
    password_hash::phc::{PasswordHash, Salt},
};
use security_password::{Accounts, LoginError, Password};

#[path = "support/meter.rs"]
mod meter;
use meter::{Meter, params};

fn accounts() -> Accounts<Meter> {
    Accounts::new(Meter::new(), params(64, 2)).expect("accounts")
}

fn salt_of(phc: &str) -> Salt {
    let hash = PasswordHash::new(phc).expect("a PHC string");
    hash.salt.expect("a salt")
}

/// A hash is verified years later, by another program. The PHC string format lets it carry all that takes: algorithm,
/// version, parameters and salt.
#[test]
fn stores_a_phc_string_that_others_can_verify() {
    let mut accounts = accounts();
    assert_eq!(accounts.stored("ada"), None, "nobody has registered yet");
    accounts
        .register("ada", &Password::from("pass phrase"))
        .expect("a new name");
    let phc = accounts.stored("ada").expect("ada has registered");
    assert!(
        phc.starts_with("$argon2id$v=19$m=64,t=2,p=1$"),
        "not Argon2id, version 19, with the given parameters: {phc}"
    );
    let hash = PasswordHash::new(&phc).expect("a PHC string");
    assert_eq!(hash.hash.as_ref().map(|hash| hash.len()), Some(32), "{phc}");
    assert_eq!(salt_of(&phc).len(), 16, "the length of the salt in {phc}");
    let verified = Argon2::default().verify_password(b"pass phrase", &hash);
    assert_eq!(verified, Ok(()), "another program refuses {phc}");
}

/// Two equal hashes tell that two people have one password. A salt that can be computed from the name lets an attacker
/// begin with the tables before the break-in, and is the same in every installation.
#[test]
fn every_hash_has_a_salt_of_its_own() {
    let password = Password::from("swordfish");
    let mut salts = Vec::new();
    for _ in 0..2 {
        let mut accounts = accounts();
        for name in ["ada", "bob"] {
            accounts.register(name, &password).expect("a new name");
            salts.push(salt_of(&accounts.stored(name).expect("registered")));
        }
    }
    for (at, salt) in salts.iter().enumerate() {
        assert!(
            !salts[..at].contains(salt),
            "the same salt twice, for ada and bob in two installations: {salts:?}"
        );
    }
}

/// What cannot be verified is found when the accounts are loaded, not when somebody wants to log in.
#[test]
fn refuses_to_restore_what_it_cannot_verify() {
    let mut accounts = accounts();
    let ada = Password::from("ada's");
    accounts.register("ada", &ada).expect("a new name");
    for (what, phc) in [
        ("a plain password", "hunter2"),
        ("nothing", ""),
        (
            "another algorithm",
            "$scrypt$ln=4,r=8,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ),
        (
            "an unknown version",
            "$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ),
        ("no hash", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"),
        ("no salt", "$argon2id$v=19$m=256,t=2,p=1"),
        (
            "no pass at all",
            "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ),
    ] {
        let restored = accounts.restore("ada", phc);
        assert!(restored.is_err(), "{what} was restored: {phc:?}");
        assert_eq!(
            accounts.login("ada", &ada),
            Ok(()),
            "restoring {what} failed, and it changed the account"
        );
    }
}

/// Logs are read by more people than databases are, and kept for longer. `{:?}` of a request, with a password in a field
/// of a field, is how passwords get there. Even a row of stars tells the length.
#[test]
fn debug_output_shows_no_secret() {
    let short = Password::from("hunter2");
    let long = Password::from("correct horse battery staple");
    let mut accounts = accounts();
    accounts.register("ada", &long).expect("a new name");
    let phc = accounts.stored("ada").expect("ada has registered");
    let hash = phc.rsplit('$').next().expect("the hash comes last");
    for (shown, what) in [
        (format!("{long:?} {long:#?}"), "the password"),
        (format!("{accounts:?} {accounts:#?}"), "the accounts"),
    ] {
        assert!(
            !shown.contains("horse"),
            "{what}: the password is in the output: {shown}"
        );
        assert!(
            !shown.contains(hash),
            "{what}: ada's hash is in the output: {shown}"
        );
    }
    assert_eq!(
        format!("{short:?}"),
        format!("{long:?}"),
        "the output tells two passwords apart"
    );
    let error = accounts.login("ada", &short).expect_err("a wrong password");
    assert_eq!(error, LoginError::Refused);
    assert!(
        !format!("{error:?} {error}").contains("hunter2"),
        "the error quotes the password"
    );
}
