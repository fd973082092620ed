//! Accounts with passwords that nobody can read back.

use std::{collections::BTreeMap, fmt};

use argon2::{
    Algorithm, CustomizedPasswordHasher, Params, PasswordVerifier, Version,
    password_hash::{self, phc::PasswordHash},
};

/// A password as somebody typed it.
///
/// Its `Debug` output tells nothing about it, not even its length.
pub struct Password(String);

impl From<&str> for Password {
    fn from(typed: &str) -> Self {
        Self(typed.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
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
pub struct Accounts<H> {
    kitchen: Kitchen<H>,
    entries: BTreeMap<String, Entry>,
    decoy: Entry,
}

/// Where hashes are made.
struct Kitchen<H> {
    hasher: H,
    params: Params,
}

/// A hash, with what has to be known of it.
struct Entry {
    /// As it is shown.
    hash: PasswordHash,
    /// As it is verified: with a version.
    verified: PasswordHash,
    weak: bool,
}

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// Makes a set of accounts without any, whose new hashes will cost what `params` say.
    pub fn new(hasher: H, params: Params) -> Result<Self, password_hash::Error> {
        let params = if params.output_len().unwrap_or(32) == 32 {
            params
        } else {
            Params::new(params.m_cost(), params.t_cost(), params.p_cost(), None)?
        };
        let kitchen = Kitchen { hasher, params };
        let decoy = kitchen.make(&Password::from("nobody's"))?;
        Ok(Self {
            kitchen,
            entries: BTreeMap::new(),
            decoy,
        })
    }

    /// Makes an account. Its password is hashed with a fresh random salt of 16 bytes into a hash of 32 bytes.
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        if self.entries.contains_key(name) {
            return Err(RegisterError::Taken);
        }
        let entry = self.kitchen.make(password).map_err(RegisterError::Failed)?;
        self.entries.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Makes an account from a stored hash, a PHC string, and replaces the one that the name may have.
    ///
    /// What this crate could never verify is an error here, and changes nothing: a string that is no PHC string, one
    /// of another algorithm than Argon2, of an unknown version or with invalid parameters, and one without salt or hash.
    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), password_hash::Error> {
        let entry = self.kitchen.take(PasswordHash::new(phc)?)?;
        self.entries.insert(name.to_owned(), entry);
        Ok(())
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
        let (entry, exists) = match self.entries.get(name) {
            Some(entry) => (entry, true),
            None => (&self.decoy, false),
        };
        let verdict = self
            .kitchen
            .hasher
            .verify_password(password.0.as_bytes(), &entry.verified);
        match verdict {
            Err(password_hash::Error::PasswordInvalid) => Err(LoginError::Refused),
            Err(error) => Err(LoginError::Failed(error)),
            Ok(()) if !exists => Err(LoginError::Refused),
            Ok(()) => {
                let stronger = entry.weak.then(|| self.kitchen.make(password));
                if let Some(Ok(stronger)) = stronger {
                    self.entries.insert(name.to_owned(), stronger);
                }
                Ok(())
            }
        }
    }

    /// The stored hash of `name` as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
    pub fn stored(&self, name: &str) -> Option<String> {
        let entry = self.entries.get(name)?;
        Some(entry.hash.to_string())
    }
}

impl<H> fmt::Debug for Accounts<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl<H> Kitchen<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// A new hash, which costs what it costs today.
    fn make(&self, password: &Password) -> Result<Entry, password_hash::Error> {
        let salt: [u8; 16] =
            password_hash::try_generate_salt().map_err(|_| password_hash::Error::RngFailure)?;
        let hash = self.hasher.hash_password_customized(
            password.0.as_bytes(),
            &salt,
            Some(Algorithm::Argon2id.as_str()),
            Some(Version::V0x13 as u32),
            self.params.clone(),
        )?;
        Ok(Entry {
            verified: hash.clone(),
            hash,
            weak: false,
        })
    }

    /// A hash from elsewhere, if it is one that can be verified.
    fn take(&self, hash: PasswordHash) -> Result<Entry, password_hash::Error> {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
        let version = match hash.version {
            Some(version) => Version::try_from(version)?,
            None => Version::V0x10,
        };
        let cost = Params::try_from(&hash)?;
        if hash.salt.is_none() {
            return Err(password_hash::Error::SaltInvalid);
        }
        if hash.hash.is_none() {
            return Err(password_hash::Error::OutputSize);
        }
        let enough = algorithm == Algorithm::Argon2id
            && version == Version::V0x13
            && cost.m_cost() >= self.params.m_cost()
            && cost.t_cost() >= self.params.t_cost()
            && cost.p_cost() >= self.params.p_cost();
        let mut verified = hash.clone();
        verified.version = Some(version.into());
        Ok(Entry {
            hash,
            verified,
            weak: !enough,
        })
    }
}
