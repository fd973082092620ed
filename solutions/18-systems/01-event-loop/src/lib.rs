//! An echo server in one thread: what a peer sends, it gets back.

use std::{
    collections::{HashMap, VecDeque},
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

/// At most so many bytes of a connection are held: read from it, and not yet written back.
pub const HELD: usize = 16 * 1024;

/// The listener's token. Connections count from 1, and no number is used twice: an event that is late for a connection
/// can't be taken for one of its successor.
const LISTENER: u64 = 0;

/// Echoes to any number of connections from one thread, which sleeps while there is nothing to do.
///
/// Dropping it closes the listener and every connection.
pub struct Server {
    epoll: OwnedFd,
    listener: OwnedFd,
    idle: Duration,
    connections: HashMap<u64, Connection>,
    last_token: u64,
    /// Empty between two turns; kept for its allocation.
    events: Vec<epoll::Event>,
}

impl Server {
    /// Makes a server for a listening stream socket. A connection is closed when no byte has gone in or out of it for
    /// as long as `idle`.
    ///
    /// # Errors
    ///
    /// If the kernel has no epoll instance to give, or does not accept the listener.
    pub fn new(listener: impl Into<OwnedFd>, idle: Duration) -> io::Result<Self> {
        let listener = listener.into();
        ioctl_fionbio(&listener, true)?;
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let flags = EventFlags::IN | EventFlags::ET;
        epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), flags)?;
        Ok(Self {
            epoll,
            listener,
            idle,
            connections: HashMap::new(),
            last_token: LISTENER,
            events: Vec::new(),
        })
    }

    /// Takes over a socket that is connected already, and serves it as if it had been accepted.
    ///
    /// # Errors
    ///
    /// If the kernel refuses to watch it, or to make it one that does not block.
    pub fn adopt(&mut self, socket: impl Into<OwnedFd>) -> io::Result<()> {
        let socket = socket.into();
        ioctl_fionbio(&socket, true)?;
        self.last_token += 1;
        // Both directions, once and for all: an edge for each comes as soon as it is watched.
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(
            &self.epoll,
            &socket,
            EventData::new_u64(self.last_token),
            flags,
        )?;
        let connection = Connection::new(socket, os::now() + self.idle);
        self.connections.insert(self.last_token, connection);
        Ok(())
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Calls [`os::wait`] once, deals with all that has happened, and returns.
    ///
    /// It waits no longer than `limit` (`None`: as long as it takes), and no longer than until the next connection is
    /// due to be closed: the timeout of [`os::wait`] is the only clock that wakes it. It does not wake up for anything
    /// else, nor for a deadline that has been put off since.
    ///
    /// - Everyone who waits at the listener is accepted.
    /// - Bytes are echoed as far as the peer takes them, in order. What it does not take now is kept, up to [`HELD`]
    ///   bytes a connection, and the peer is not read from while there is no room.
    /// - A peer that has ended its sending gets the rest of what it sent, and then its connection is closed.
    /// - A connection that fails is closed, and no other one notices.
    /// - A connection is closed as soon as it has been idle for long enough.
    ///
    /// # Errors
    ///
    /// If the epoll instance or the listener fails, as when the process has no descriptor left to accept with. All else
    /// that has happened is dealt with even then, and who could not be accepted is, with the next caller at the latest.
    /// What goes wrong with a single connection is no error.
    pub fn turn(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let mut events = mem::take(&mut self.events);
        os::wait(&self.epoll, &mut events, self.timeout(limit))?;
        let mut accepted = Ok(());
        for event in events.drain(..) {
            match event.data.u64() {
                // No `?` here: the events behind this one are told only once.
                LISTENER => accepted = self.accept_all(),
                token => self.serve(token, event.flags),
            }
        }
        self.events = events;
        let now = os::now();
        self.connections
            .retain(|_, connection| connection.deadline > now);
        accepted
    }

    /// How long to wait: until the first deadline, or the limit.
    fn timeout(&self, limit: Option<Duration>) -> Option<Duration> {
        let deadlines = self
            .connections
            .values()
            .map(|connection| connection.deadline);
        let next = deadlines
            .min()
            .map(|deadline| deadline.saturating_sub(os::now()));
        next.into_iter().chain(limit).min()
    }

    fn accept_all(&mut self) -> io::Result<()> {
        loop {
            match os::accept(&self.listener, SocketFlags::CLOEXEC) {
                // One that cannot be watched is closed, which is its own bad luck.
                Ok(socket) => drop(self.adopt(socket)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // The caller hung up before we picked up.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn serve(&mut self, token: u64, flags: EventFlags) {
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        // An error or a hang-up shows in whichever call comes next, so try both.
        let failed = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        connection.readable |= failed || flags.contains(EventFlags::IN);
        connection.writable |= failed || flags.contains(EventFlags::OUT);
        match connection.echo() {
            Ok(Progress { moved, done: false }) => {
                if moved {
                    connection.deadline = os::now() + self.idle;
                }
            }
            // Dropping the socket closes it, and the kernel forgets that it was watched.
            Ok(Progress { done: true, .. }) | Err(_) => drop(self.connections.remove(&token)),
        }
    }
}

/// What became of a connection's turn.
struct Progress {
    /// Whether a byte went in or out.
    moved: bool,
    /// Whether the peer has ended and has got everything back.
    done: bool,
}

/// A connection, and what the edges so far have told of it.
///
/// An edge isn't repeated, so what it said is kept until the kernel takes it back, by saying
/// [`WouldBlock`](ErrorKind::WouldBlock).
#[derive(Debug)]
struct Connection {
    socket: OwnedFd,
    held: VecDeque<u8>,
    readable: bool,
    writable: bool,
    ended: bool,
    deadline: Duration,
}

impl Connection {
    fn new(socket: OwnedFd, deadline: Duration) -> Self {
        Self {
            socket,
            held: VecDeque::new(),
            readable: false,
            writable: false,
            ended: false,
            deadline,
        }
    }

    /// Reads and writes until neither can go on: writing makes room to read, and reading gives something to write.
    fn echo(&mut self) -> io::Result<Progress> {
        let mut moved = false;
        loop {
            let (filled, drained) = (self.fill()?, self.drain()?);
            moved |= filled || drained;
            if !filled && !drained {
                let done = self.ended && self.held.is_empty();
                return Ok(Progress { moved, done });
            }
        }
    }

    /// Reads until there is nothing to read, or no room. Whether anything came.
    fn fill(&mut self) -> io::Result<bool> {
        let before = self.held.len();
        let mut chunk = [0; 4096];
        while self.readable && self.held.len() < HELD {
            let room = chunk.len().min(HELD - self.held.len());
            match os::read(&self.socket, &mut chunk[..room]) {
                Ok(0) => (self.readable, self.ended) = (false, true),
                Ok(count) => self.held.extend(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.readable = false,
                Err(error) => return Err(error),
            }
        }
        Ok(self.held.len() > before)
    }

    /// Writes until nothing is left, or the peer takes no more. Whether anything went.
    fn drain(&mut self) -> io::Result<bool> {
        let before = self.held.len();
        while self.writable && !self.held.is_empty() {
            let (front, _) = self.held.as_slices();
            match os::write(&self.socket, front) {
                Ok(count) => drop(self.held.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.writable = false,
                Err(error) => return Err(error),
            }
        }
        Ok(self.held.len() < before)
    }
}
