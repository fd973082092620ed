//! Accounts with passwords that nobody can read back.

use std::collections::HashMap;

use argon2::{
    CustomizedPasswordHasher, Params, PasswordVerifier,
    password_hash::{self, phc::PasswordHash},
};

/// A password as somebody typed it.
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
    #[error("the name or the password is wrong")]
    Refused,
    #[error("cannot check the password")]
    Failed(#[source] password_hash::Error),
}

/// Why an account was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    #[error("the name is taken")]
    Taken,
    #[error("cannot hash the password")]
    Failed(#[source] password_hash::Error),
}

/// Names, and for each of them the hash of a password.
#[derive(Debug)]
pub struct Accounts<H> {
    hasher: H,
    params: Params,
    hashes: HashMap<String, PasswordHash>,
}

// ANCHOR: naive
impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    pub fn register(&mut self, name: &str, password: &Password) -> Result<(), RegisterError> {
        if self.hashes.contains_key(name) {
            return Err(RegisterError::Taken);
        }
        let salt = password_hash::generate_salt();
        let params = self.params.clone();
        let hash = self
            .hasher
            .hash_password_with_params(password.0.as_bytes(), &salt, params)
            .map_err(RegisterError::Failed)?;
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    pub fn login(&mut self, name: &str, password: &Password) -> Result<(), LoginError> {
        let Some(stored) = self.hashes.get(name) else {
            return Err(LoginError::Refused);
        };
        self.hasher
            .verify_password(password.0.as_bytes(), stored)
            .map_err(|_| LoginError::Refused)
    }
}
// ANCHOR_END: naive

impl<H> Accounts<H>
where
    H: CustomizedPasswordHasher<PasswordHash, Params = Params>,
{
    pub fn new(hasher: H, params: Params) -> Result<Self, password_hash::Error> {
        Ok(Self {
            hasher,
            params,
            hashes: HashMap::new(),
        })
    }

    pub fn restore(&mut self, name: &str, phc: &str) -> Result<(), password_hash::Error> {
        let hash = PasswordHash::new(phc)?;
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    pub fn stored(&self, name: &str) -> Option<String> {
        self.hashes.get(name).map(ToString::to_string)
    }
}
