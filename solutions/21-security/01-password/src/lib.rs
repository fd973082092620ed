//! Accounts with passwords that nobody can read back.

use std::{collections::HashMap, fmt};

use argon2::{
    ARGON2ID_IDENT, Algorithm, CustomizedPasswordHasher, Params, PasswordVerifier, Version,
    password_hash::{self, Error, phc::PasswordHash},
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

// Not derived, here and below: what is derived ends up in a log one day.
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
    Failed(#[source] Error),
}

/// Why an account was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The name has an account. It keeps its password.
    #[error("the name is taken")]
    Taken,
    /// The password could not be hashed.
    #[error("cannot hash the password")]
    Failed(#[source] Error),
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
    /// What the passwords of unknown names are compared with. It costs what a real hash of today costs.
    decoy: PasswordHash,
}

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// Makes a set of accounts without any, whose new hashes will cost what `params` say.
    ///
    /// # Errors
    ///
    /// What the hasher reports: unknown names need a hash too, and it is made here.
    pub fn new(hasher: H, params: Params) -> Result<Self, Error> {
        let decoy = hash(&hasher, &params, &Password::from("decoy"))?;
        Ok(Self {
            hasher,
            params,
            hashes: HashMap::new(),
            decoy,
        })
    }

    /// Makes an account. Its password is hashed with a fresh random salt of 16 bytes into a hash of 32 bytes.
    ///
    /// # Errors
    ///
    /// `Taken` if the name has an account, `Failed` if the hasher or the system's random numbers do.
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        if self.hashes.contains_key(name) {
            return Err(RegisterError::Taken);
        }
        let hash = hash(&self.hasher, &self.params, password).map_err(RegisterError::Failed)?;
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Makes an account from a stored hash, a PHC string, and replaces the one that the name may have.
    ///
    /// # Errors
    ///
    /// What this crate could never verify changes nothing: a string that is no PHC string, one of another algorithm
    /// than Argon2, of an unknown version or with invalid parameters, and one without salt or hash.
    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), Error> {
        let hash = PasswordHash::new(phc)?;
        Algorithm::try_from(hash.algorithm.as_str())?;
        Params::try_from(&hash)?;
        hash.version.map(Version::try_from).transpose()?;
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err(Error::EncodingInvalid);
        }
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Checks the password of `name`, and replaces a stored hash that falls short of today's parameters.
    ///
    /// # Errors
    ///
    /// `Refused` if there is no such name, or if it has another password. Both take the same path and cost the same,
    /// as long as the stored hash has today's parameters. `Failed` if the hasher could not tell.
    pub fn login(&mut self, name: &str, password: &Password) -> Result<(), LoginError> {
        let known = self.hashes.get(name);
        let verdict = self
            .hasher
            .verify_password(password.0.as_bytes(), known.unwrap_or(&self.decoy));
        let stored = match (verdict, known) {
            (Ok(()), Some(stored)) => stored,
            // The decoy has a password too, and somebody will find it in this file.
            (Ok(()), None) | (Err(Error::PasswordInvalid), _) => return Err(LoginError::Refused),
            (Err(other), _) => return Err(LoginError::Failed(other)),
        };
        // Nobody is locked out because the stronger hash did not work today: there will be another login.
        if falls_short(stored, &self.params)
            && let Ok(renewed) = hash(&self.hasher, &self.params, password)
        {
            self.hashes.insert(name.to_owned(), renewed);
        }
        Ok(())
    }

    /// The stored hash of `name` as a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
    pub fn stored(&self, name: &str) -> Option<String> {
        self.hashes.get(name).map(ToString::to_string)
    }
}

impl<H> fmt::Debug for Accounts<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts")
            .field("params", &self.params)
            .field("names", &self.hashes.len())
            .finish_non_exhaustive()
    }
}

/// A new hash with a salt of its own.
fn hash<H>(hasher: &H, params: &Params, password: &Password) -> Result<PasswordHash, Error>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    let salt = password_hash::try_generate_salt()?;
    hasher.hash_password_customized(
        password.0.as_bytes(),
        &salt,
        Some(ARGON2ID_IDENT.as_str()),
        Some(Version::V0x13.into()),
        params.clone(),
    )
}

/// Whether a hash is of an older kind, or was cheaper to compute, than one with `params` would be.
fn falls_short(hash: &PasswordHash, params: &Params) -> bool {
    let cheaper = Params::try_from(hash)
        .is_ok_and(|used| used.m_cost() < params.m_cost() || used.t_cost() < params.t_cost());
    cheaper || hash.algorithm != ARGON2ID_IDENT || hash.version != Some(Version::V0x13.into())
}
