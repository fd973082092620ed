//! Accounts with passwords that nobody can read back.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use argon2::{
    ARGON2ID_IDENT, Algorithm, CustomizedPasswordHasher, Params, PasswordVerifier, Version,
    password_hash::{
        self,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

/// What new hashes are: Argon2id in version 19.
const VERSION: u32 = 19;

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
    hasher: H,
    params: Params,
    hashes: HashMap<String, PasswordHash>,
    /// Looks like a hash of today, and is one of no password.
    decoy: PasswordHash,
}

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// Makes a set of accounts without any, whose new hashes will cost what `params` say.
    pub fn new(hasher: H, params: Params) -> Result<Self, password_hash::Error> {
        let params = match params.output_len() {
            None | Some(Params::DEFAULT_OUTPUT_LEN) => params,
            Some(_) => Params::new(
                params.m_cost(),
                params.t_cost(),
                params.p_cost(),
                Some(Params::DEFAULT_OUTPUT_LEN),
            )?,
        };
        let decoy = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(VERSION),
            params: ParamsString::try_from(&params)?,
            salt: Some(Salt::new(&fresh_salt()?)?),
            hash: Some(Output::new(&[0; Params::DEFAULT_OUTPUT_LEN])?),
        };
        Ok(Self {
            hasher,
            params,
            hashes: HashMap::new(),
            decoy,
        })
    }

    /// Makes an account. Its password is hashed with a fresh random salt of 16 bytes into a hash of 32 bytes.
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        match self.hashes.entry(name.to_owned()) {
            Entry::Occupied(_) => Err(RegisterError::Taken),
            Entry::Vacant(place) => {
                let hash = new_hash(&self.hasher, self.params.clone(), password)
                    .map_err(RegisterError::Failed)?;
                place.insert(hash);
                Ok(())
            }
        }
    }

    /// Makes an account from a stored hash, a PHC string, and replaces the one that the name may have.
    ///
    /// What this crate could never verify is an error here, and changes nothing: a string that is no PHC string, one
    /// of another algorithm than Argon2, of an unknown version or with invalid parameters, and one without salt or hash.
    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), password_hash::Error> {
        let hash: PasswordHash = phc.parse()?;
        let _: Algorithm = hash.algorithm.as_str().try_into()?;
        if let Some(version) = hash.version {
            let _: Version = version.try_into()?;
        }
        let _ = Params::try_from(&hash)?;
        match (hash.salt.as_ref(), hash.hash.as_ref()) {
            (None, _) => Err(password_hash::Error::SaltInvalid),
            (_, None) => Err(password_hash::Error::OutputSize),
            (Some(_), Some(_)) => {
                self.hashes.insert(name.to_owned(), hash);
                Ok(())
            }
        }
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
        let Some(stored) = self.hashes.get_mut(name) else {
            // Whatever comes of it, nobody is let in. But an error is one for everybody.
            return Err(match compare(&self.hasher, password, &self.decoy) {
                Err(LoginError::Failed(error)) => LoginError::Failed(error),
                Ok(()) | Err(LoginError::Refused) => LoginError::Refused,
            });
        };
        compare(&self.hasher, password, stored)?;
        if is_weak(stored, &self.params) {
            // Should this fail, there is another login some day.
            if let Ok(hash) = new_hash(&self.hasher, self.params.clone(), password) {
                *stored = hash;
            }
        }
        Ok(())
    }

    /// The stored hash of `name` as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
    pub fn stored(&self, name: &str) -> Option<String> {
        Some(self.hashes.get(name)?.to_string())
    }
}

impl<H> fmt::Debug for Accounts<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({} names)", self.hashes.len())
    }
}

fn fresh_salt() -> Result<[u8; 16], password_hash::Error> {
    password_hash::try_generate_salt().map_err(|_| password_hash::Error::RngFailure)
}

fn new_hash<H>(
    hasher: &H,
    params: Params,
    password: &Password,
) -> Result<PasswordHash, password_hash::Error>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    hasher.hash_password_customized(password.0.as_bytes(), &fresh_salt()?, None, None, params)
}

fn compare<H>(hasher: &H, password: &Password, hash: &PasswordHash) -> Result<(), LoginError>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    let result = if hash.version.is_some() {
        hasher.verify_password(password.0.as_bytes(), hash)
    } else {
        // Older than the field `v`: version 16, and not the newest, which the crate would take.
        let mut hash = hash.clone();
        hash.version = Some(16);
        hasher.verify_password(password.0.as_bytes(), &hash)
    };
    result.map_err(|error| match error {
        password_hash::Error::PasswordInvalid => LoginError::Refused,
        other => LoginError::Failed(other),
    })
}

/// Whether the hash cost less than one with these parameters.
fn is_weak(hash: &PasswordHash, today: &Params) -> bool {
    let is_current = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(VERSION);
    !is_current
        || Params::try_from(hash).map_or(true, |cost| {
            cost.m_cost() < today.m_cost() || cost.t_cost() < today.t_cost()
        })
}
