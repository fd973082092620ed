//! Describes a connection before it is opened, step by step.

use std::fmt;
use std::time::Duration;

/// How long to wait for the other side unless [`Builder::timeout`] says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that is needed to open a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What the client calls itself.
    pub client: String,
    /// The machine to connect to.
    pub host: String,
    /// The TCP port on that machine.
    pub port: u16,
    /// Whether to speak TLS.
    pub encrypted: bool,
    /// Who logs in, if anybody does.
    pub login: Option<Login>,
    /// How long to wait for the other side.
    pub timeout: Duration,
}

/// A user and a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// The password, which [`fmt::Debug`] does not show.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A builder that has no address yet.
pub struct Unaddressed;

/// A builder with an address. What it sends can be read on the way.
pub struct Plain;

/// A builder with an address, and with encryption.
pub struct Encrypted;

/// A builder with an address, with encryption, and with a login.
pub struct LoggedIn;

/// Collects what a [`Request`] needs, in an order that makes sense.
///
/// Give the builder a type parameter, its state, and each method to those states only that may call it:
///
/// | method    | callable on              | leads to    |
/// | --------- | ------------------------ | ----------- |
/// | `new`     |                          | Unaddressed |
/// | `address` | Unaddressed              | Plain       |
/// | `encrypt` | Plain                    | Encrypted   |
/// | `login`   | Encrypted                | LoggedIn    |
/// | `timeout` | any state                | the same    |
/// | `build`   | all but Unaddressed      | a `Request` |
///
/// The builder is `Builder<State>`, and the four states are the types above. Every method takes the builder by value,
/// so that no earlier state is left over to be used twice.
pub struct Builder;

impl Builder {
    /// Begins the description of a connection for `client`, with [`DEFAULT_TIMEOUT`].
    #[must_use]
    pub fn new(client: &str) -> Self {
        todo!("begin for {client}")
    }

    /// Sets where to connect to.
    #[must_use]
    pub fn address(self, host: &str, port: u16) -> Self {
        todo!("connect to {host}:{port}")
    }

    /// Has all that follows encrypted.
    #[must_use]
    pub fn encrypt(self) -> Self {
        todo!("speak TLS")
    }

    /// Logs in. A password must never travel in the clear.
    #[must_use]
    pub fn login(self, user: &str, password: &str) -> Self {
        todo!("log {user} in with a password of {} bytes", password.len())
    }

    /// Sets how long to wait for the other side. The last call counts.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        todo!("wait for {timeout:?}")
    }

    /// The finished request.
    #[must_use]
    pub fn build(self) -> Request {
        todo!("hand the request out")
    }
}
