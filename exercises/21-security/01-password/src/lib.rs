//! Accounts with passwords that nobody can read back.

use std::collections::HashMap;

use argon2::{
    CustomizedPasswordHasher, Params,
    password_hash::{self, phc::PasswordHash},
};

/// A password as somebody typed it.
///
/// Its `Debug` output tells nothing about it, not even its length.
#[derive(Debug)]
pub struct Password(String);

impl From<&str> for Password {
    fn from(typed: &str) -> Self {
        Self(typed.to_owned())
    }
}

/// Why a name and a password did not open an account.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// There is no such name, or it has another password. Whoever asks is not told which.
    #[error("the name or the password is wrong")]
    Refused,
    /// The password could not be checked at all. That says nothing about it.
    #[error("cannot check the password")]
    Failed(#[source] password_hash::Error),
}

/// Why an account was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The name has an account. It keeps its password.
    #[error("the name is taken")]
    Taken,
    /// The password could not be hashed.
    #[error("cannot hash the password")]
    Failed(#[source] password_hash::Error),
}

/// Names, and for each of them the hash of a password.
///
/// All hashing goes through the hasher `H`: an `Argon2`, or something around one. What it is asked to compute is
/// Argon2id, version 19, with the parameters that `new` was given, unless a stored hash says otherwise.
///
/// `Debug` output shows no password and no hash: hashes can be guessed at, without a limit, by whoever has them.
#[derive(Debug)]
pub struct Accounts<H> {
    hasher: H,
    params: Params,
    hashes: HashMap<String, PasswordHash>,
}

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// Makes a set of accounts without any, whose new hashes will cost what `params` say.
    pub fn new(hasher: H, params: Params) -> Result<Self, password_hash::Error> {
        Ok(Self {
            hasher,
            params,
            hashes: HashMap::new(),
        })
    }

    /// Makes an account. Its password is hashed with a fresh random salt of 16 bytes into a hash of 32 bytes.
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        let _ = (&self.hasher, &self.params, &mut self.hashes, &password.0);
        todo!("keep a hash of the password for {name}")
    }

    /// Makes an account from a stored hash, a PHC string, and replaces the one that the name may have.
    ///
    /// What this crate could never verify is an error here, and changes nothing: a string that is no PHC string, one
    /// of another algorithm than Argon2, of an unknown version or with invalid parameters, and one without salt or hash.
    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), password_hash::Error> {
        todo!("parse {phc} for {name}")
    }

    /// Checks the password of `name`.
    ///
    /// - A stored hash is verified with its own algorithm, version, parameters and salt.
    /// - A name without an account is refused in the same way as a wrong password, and after the same work: as many
    ///   hashes, each of the same cost, as for an account whose hash has today's parameters. That holds from the first
    ///   call on.
    /// - An error of the hasher other than `PasswordInvalid` is `Failed`: it is not the user's fault.
    /// - After a right password, a hash that falls short of today's parameters is replaced by a new one. It falls short
    ///   if it is not of Argon2id in version 19, or if it cost less memory or fewer passes. A hash that cost more
    ///   stays. Should the new hash fail, the old one stays and the login is valid all the same.
    /// - A refused login changes nothing.
    pub fn login(&mut self, name: &str, password: &Password) -> Result<(), LoginError> {
        let _ = &password.0;
        todo!("compare the password with what is kept for {name}")
    }

    /// The stored hash of `name` as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
    pub fn stored(&self, name: &str) -> Option<String> {
        self.hashes.get(name).map(ToString::to_string)
    }
}
