//! Describes a connection before it is opened, step by step.

use std::fmt;
use std::marker::PhantomData;
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
/// `State` is one of [`Unaddressed`], [`Plain`], [`Encrypted`] and [`LoggedIn`]. It exists for the compiler only: at run time, a
/// builder is the request that it will hand out.
#[must_use = "a builder does nothing until its request is built"]
pub struct Builder<State> {
    /// Host and port are empty until there is an address, and out of reach until then.
    request: Request,
    state: PhantomData<State>,
}

impl Builder<Unaddressed> {
    /// Begins the description of a connection for `client`, with [`DEFAULT_TIMEOUT`].
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
            state: PhantomData,
        }
    }

    /// Sets where to connect to.
    pub fn address(mut self, host: &str, port: u16) -> Builder<Plain> {
        host.clone_into(&mut self.request.host);
        self.request.port = port;
        self.into_state()
    }
}

impl Builder<Plain> {
    /// Has all that follows encrypted.
    pub fn encrypt(mut self) -> Builder<Encrypted> {
        self.request.encrypted = true;
        self.into_state()
    }
}

impl<State: Addressed> Builder<State> {
    /// Logs in. A password must never travel in the clear.
    pub fn login(mut self, user: &str, password: &str) -> Builder<LoggedIn> {
        self.request.login = Some(Login {
            user: user.to_owned(),
            password: password.to_owned(),
        });
        self.into_state()
    }
}

impl<State: Addressed> Builder<State> {
    /// The finished request.
    #[must_use]
    pub fn build(self) -> Request {
        self.request
    }
}

impl<State> Builder<State> {
    /// Sets how long to wait for the other side. The last call counts.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = timeout;
        self
    }

    /// The one place where a state changes. It is private: from outside, the methods above are the only ways.
    fn into_state<Next>(self) -> Builder<Next> {
        Builder {
            request: self.request,
            state: PhantomData,
        }
    }
}

/// The states of a builder that has an address.
///
/// Sealed: the methods of a foreign state would promise what no builder can be in.
pub trait Addressed: sealed::Sealed {}

impl Addressed for Plain {}
impl Addressed for Encrypted {}
impl Addressed for LoggedIn {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Plain {}
    impl Sealed for super::Encrypted {}
    impl Sealed for super::LoggedIn {}
}
