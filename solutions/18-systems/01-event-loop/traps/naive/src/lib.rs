//! An echo server in one thread: what a peer sends, it gets back.

use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    mem,
    os::fd::OwnedFd,
    time::Duration,
};

use rustix::{
    event::epoll::{self, CreateFlags, EventData, EventFlags},
    io::ioctl_fionbio,
    net::SocketFlags,
};

pub mod os;

/// At most so many bytes of a connection are held.
pub const HELD: usize = 16 * 1024;

const LISTENER: u64 = 0;

/// Echoes to any number of connections from one thread.
pub struct Server {
    epoll: OwnedFd,
    listener: OwnedFd,
    idle: Duration,
    connections: HashMap<u64, Connection>,
    last_token: u64,
    events: Vec<epoll::Event>,
}

struct Connection {
    socket: OwnedFd,
    deadline: Duration,
}

impl Server {
    /// Makes a server for a listening stream socket.
    ///
    /// # Errors
    ///
    /// If the kernel refuses.
    pub fn new(listener: impl Into<OwnedFd>, idle: Duration) -> io::Result<Self> {
        let listener = listener.into();
        ioctl_fionbio(&listener, true)?;
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        epoll::add(
            &epoll,
            &listener,
            EventData::new_u64(LISTENER),
            EventFlags::IN,
        )?;
        Ok(Self {
            epoll,
            listener,
            idle,
            connections: HashMap::new(),
            last_token: LISTENER,
            events: Vec::new(),
        })
    }

    /// Takes over a socket that is connected already.
    ///
    /// # Errors
    ///
    /// If the kernel refuses.
    pub fn adopt(&mut self, socket: impl Into<OwnedFd>) -> io::Result<()> {
        let socket = socket.into();
        ioctl_fionbio(&socket, true)?;
        self.last_token += 1;
        let data = EventData::new_u64(self.last_token);
        epoll::add(&self.epoll, &socket, data, EventFlags::IN | EventFlags::ET)?;
        let deadline = os::now() + self.idle;
        self.connections
            .insert(self.last_token, Connection { socket, deadline });
        Ok(())
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Waits once, and deals with what has happened.
    ///
    /// # Errors
    ///
    /// If the kernel refuses.
    pub fn turn(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let deadlines = self
            .connections
            .values()
            .map(|connection| connection.deadline);
        let next = deadlines
            .min()
            .map(|deadline| deadline.saturating_sub(os::now()));
        let mut events = mem::take(&mut self.events);
        os::wait(
            &self.epoll,
            &mut events,
            next.into_iter().chain(limit).min(),
        )?;
        for event in events.drain(..) {
            match event.data.u64() {
                LISTENER => {
                    let socket = os::accept(&self.listener, SocketFlags::CLOEXEC)?;
                    self.adopt(socket)?;
                }
                token => self.echo(token)?,
            }
        }
        self.events = events;
        let now = os::now();
        self.connections
            .retain(|_, connection| connection.deadline > now);
        Ok(())
    }

    // ANCHOR: echo
    fn echo(&mut self, token: u64) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(&token) else {
            return Ok(());
        };
        let mut buffer = [0; 4096];
        match os::read(&connection.socket, &mut buffer) {
            Ok(0) => drop(self.connections.remove(&token)),
            Ok(count) => {
                os::write(&connection.socket, &buffer[..count])?;
                connection.deadline = os::now() + self.idle;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
    // ANCHOR_END: echo
}
