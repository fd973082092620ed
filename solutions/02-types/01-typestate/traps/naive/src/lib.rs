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
pub struct Builder {
    request: Request,
    addressed: bool,
}

impl Builder {
    /// Begins the description of a connection for `client`, with [`DEFAULT_TIMEOUT`].
    #[must_use]
    pub fn new(client: &str) -> Self {
        let request = Request {
            client: client.to_owned(),
            host: String::new(),
            port: 0,
            encrypted: false,
            login: None,
            timeout: DEFAULT_TIMEOUT,
        };
        Self {
            request,
            addressed: false,
        }
    }

    /// Sets where to connect to.
    #[must_use]
    pub fn address(mut self, host: &str, port: u16) -> Self {
        assert!(!self.addressed, "the address is set already");
        self.addressed = true;
        self.request.host = host.to_owned();
        self.request.port = port;
        self
    }

    /// Has all that follows encrypted.
    #[must_use]
    pub fn encrypt(mut self) -> Self {
        assert!(self.addressed, "an address comes first");
        assert!(
            !self.request.encrypted,
            "the connection is encrypted already"
        );
        self.request.encrypted = true;
        self
    }

    // ANCHOR: login
    /// Logs in. A password must never travel in the clear.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Self {
        assert!(
            self.request.encrypted,
            "a password must not travel in the clear"
        );
        assert!(
            self.request.login.is_none(),
            "somebody has logged in already"
        );
        self.request.login = Some(Login {
            user: user.to_owned(),
            password: password.to_owned(),
        });
        self
    }
    // ANCHOR_END: login

    /// Sets how long to wait for the other side. The last call counts.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = timeout;
        self
    }

    /// The finished request.
    #[must_use]
    pub fn build(self) -> Request {
        assert!(self.addressed, "an address comes first");
        self.request
    }
}
