//! Accounts with passwords that nobody can read back.

use std::{collections::HashMap, fmt};

use argon2::{
    Algorithm, CustomizedPasswordHasher, KeyId, Params, ParamsBuilder, PasswordVerifier, Version,
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
    hasher: H,
    params: Params,
    hashes: HashMap<String, PasswordHash>,
    /// What is compared with for a name that has no account.
    decoy: PasswordHash,
}

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    /// Makes a set of accounts without any, whose new hashes will cost what `params` say.
    pub fn new(hasher: H, params: Params) -> Result<Self, password_hash::Error> {
        let params = with_output_of_32(params)?;
        let decoy = hash(&hasher, &params, b"")?;
        Ok(Self {
            hasher,
            params,
            hashes: HashMap::new(),
            decoy,
        })
    }

    /// Makes an account. Its password is hashed with a fresh random salt of 16 bytes into a hash of 32 bytes.
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        if self.hashes.contains_key(name) {
            return Err(RegisterError::Taken);
        }
        let hash = hash(&self.hasher, &self.params, password.0.as_bytes())
            .map_err(RegisterError::Failed)?;
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Makes an account from a stored hash, a PHC string, and replaces the one that the name may have.
    ///
    /// What this crate could never verify is an error here, and changes nothing: a string that is no PHC string, one
    /// of another algorithm than Argon2, of an unknown version or with invalid parameters, and one without salt or hash.
    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), password_hash::Error> {
        let hash = PasswordHash::new(phc)?;
        Algorithm::try_from(hash.algorithm.as_str())?;
        Version::try_from(version(&hash))?;
        Params::try_from(&hash)?;
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err(password_hash::Error::EncodingInvalid);
        }
        self.hashes.insert(name.to_owned(), hash);
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
        let known = self.hashes.get(name);
        let mut compared = known.unwrap_or(&self.decoy).clone();
        compared.version = Some(version(&compared));
        let compared = compared;
        match self
            .hasher
            .verify_password(password.0.as_bytes(), &compared)
        {
            // The outcome counts only for an account.
            Ok(()) if known.is_some() => {}
            Ok(()) | Err(password_hash::Error::PasswordInvalid) => {
                return Err(LoginError::Refused);
            }
            Err(error) => return Err(LoginError::Failed(error)),
        }
        if self.falls_short(&compared)
            && let Some(salt) = &compared.salt
            && let Ok(stronger) = self.hasher.hash_password_customized(
                password.0.as_bytes(),
                salt,
                Some(Algorithm::Argon2id.as_str()),
                Some(Version::V0x13.into()),
                self.params.clone(),
            )
        {
            self.hashes.insert(name.to_owned(), stronger);
        }
        Ok(())
    }

    fn falls_short(&self, hash: &PasswordHash) -> bool {
        let Ok(params) = Params::try_from(hash) else {
            return true;
        };
        hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
            || version(hash) != u32::from(Version::V0x13)
            || params.m_cost() < self.params.m_cost()
            || params.t_cost() < self.params.t_cost()
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
            .field("accounts", &self.hashes.len())
            .finish_non_exhaustive()
    }
}

/// The same parameters, for hashes of 32 bytes.
fn with_output_of_32(params: Params) -> Result<Params, password_hash::Error> {
    if matches!(params.output_len(), None | Some(32)) {
        return Ok(params);
    }
    let mut builder = ParamsBuilder::new();
    builder
        .m_cost(params.m_cost())
        .t_cost(params.t_cost())
        .p_cost(params.p_cost())
        .output_len(32);
    if !params.keyid().is_empty() {
        builder.keyid(KeyId::new(params.keyid())?);
    }
    Ok(builder.build()?)
}

/// The version of a hash. The field is younger than the algorithm: where it is missing, it is the first version.
fn version(hash: &PasswordHash) -> u32 {
    hash.version.unwrap_or(Version::V0x10.into())
}

fn hash<H>(
    hasher: &H,
    params: &Params,
    password: &[u8],
) -> Result<PasswordHash, password_hash::Error>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    let salt = password_hash::try_generate_salt().map_err(|_| password_hash::Error::RngFailure)?;
    hasher.hash_password_customized(
        password,
        &salt,
        Some(Algorithm::Argon2id.as_str()),
        Some(Version::V0x13.into()),
        params.clone(),
    )
}
