//! An echo server in one thread: what a peer sends, it gets back.
//!
//! Your task is [`Server`]. [`os`] is given: wait, accept, read and write through it, and take the time from
//! [`os::now`]. Everything else of epoll is in [`rustix::event::epoll`].

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    io, mem,
    os::fd::OwnedFd,
    time::Duration,
};

use rustix::{
    event::epoll::{self, CreateFlags, Event, EventData, EventFlags},
    io::ioctl_fionbio,
    net::SocketFlags,
};

pub mod os;

/// At most so many bytes of a connection are held: read from it, and not yet written back.
pub const HELD: usize = 16 * 1024;

/// Echoes to any number of connections from one thread, which sleeps while there is nothing to do.
///
/// Dropping it closes the listener and every connection.
pub struct Server {
    epoll: OwnedFd,
    listener: OwnedFd,
    idle: Duration,
    connections: HashMap<u64, Connection>,
    /// The deadline of each connection that has one.
    deadlines: BTreeSet<(Duration, u64)>,
    /// The last token that was given to a connection. None is given twice.
    last_token: u64,
    /// Room for what the kernel reports.
    events: Vec<Event>,
}

/// The token of the listener.
const LISTENER: u64 = 0;

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
        epoll::add(
            &epoll,
            &listener,
            EventData::new_u64(LISTENER),
            EventFlags::IN | EventFlags::ET,
        )?;
        Ok(Self {
            epoll,
            listener,
            idle,
            connections: HashMap::new(),
            deadlines: BTreeSet::new(),
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
        self.watch(socket)
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
        let due = self
            .deadlines
            .first()
            .map(|(deadline, _)| deadline.saturating_sub(os::now()));
        let timeout = [limit, due].into_iter().flatten().min();
        let mut events = mem::take(&mut self.events);
        let mut result = os::wait(&self.epoll, &mut events, timeout);
        for event in &events {
            let (flags, data) = (event.flags, event.data);
            match data.u64() {
                LISTENER => result = self.accept_all().and(result),
                token => self.serve(token, flags),
            }
        }
        self.events = events;
        self.close_idle();
        result
    }
}

impl Server {
    fn watch(&mut self, socket: OwnedFd) -> io::Result<()> {
        let token = self.last_token + 1;
        epoll::add(
            &self.epoll,
            &socket,
            EventData::new_u64(token),
            EventFlags::IN | EventFlags::OUT | EventFlags::ET,
        )?;
        self.last_token = token;
        self.connections.insert(token, Connection::new(socket));
        self.put_off(token);
        Ok(())
    }

    /// An edge says that somebody waits, and not how many.
    fn accept_all(&mut self) -> io::Result<()> {
        loop {
            let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
            match os::accept(&self.listener, flags) {
                Ok(socket) => self.watch(socket)?,
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return Ok(()),
                    // That one has gone; there may be others behind it.
                    io::ErrorKind::ConnectionAborted => {}
                    _ => return Err(error),
                },
            }
        }
    }

    fn serve(&mut self, token: u64, flags: EventFlags) {
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        connection.note(flags);
        match connection.echo() {
            Ok(moved) if !connection.is_over() => {
                if moved {
                    self.put_off(token);
                }
            }
            // It has ended, or failed.
            Ok(_) | Err(_) => self.close(token),
        }
    }

    /// Sets the deadline of a connection, from now.
    fn put_off(&mut self, token: u64) {
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        // A deadline beyond the end of time is none.
        let deadline = os::now().checked_add(self.idle);
        if let Some(old) = mem::replace(&mut connection.deadline, deadline) {
            self.deadlines.remove(&(old, token));
        }
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, token));
        }
    }

    fn close(&mut self, token: u64) {
        if let Some(connection) = self.connections.remove(&token)
            && let Some(deadline) = connection.deadline
        {
            self.deadlines.remove(&(deadline, token));
        }
    }

    fn close_idle(&mut self) {
        let now = os::now();
        while let Some(&(deadline, token)) = self.deadlines.first()
            && deadline <= now
        {
            self.close(token);
        }
    }
}

struct Connection {
    socket: OwnedFd,
    /// Set by an edge, and cleared by `WouldBlock` only.
    readable: bool,
    writable: bool,
    /// The peer sends no more.
    ended: bool,
    /// Read, and not yet written back.
    held: VecDeque<u8>,
    deadline: Option<Duration>,
}

impl Connection {
    fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            readable: false,
            writable: false,
            ended: false,
            held: VecDeque::new(),
            deadline: None,
        }
    }

    fn note(&mut self, flags: EventFlags) {
        let broken = EventFlags::ERR | EventFlags::HUP;
        self.readable |= flags.intersects(EventFlags::IN | broken);
        self.writable |= flags.intersects(EventFlags::OUT | broken);
    }

    /// Whether nothing is left to do.
    fn is_over(&self) -> bool {
        self.ended && self.held.is_empty()
    }

    /// Reads and writes until nothing goes any more, and says whether a byte has moved.
    fn echo(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        let mut moved = false;
        loop {
            let room = HELD - self.held.len();
            if self.writable && !self.held.is_empty() {
                let (bytes, _) = self.held.as_slices();
                match os::write(&self.socket, bytes) {
                    Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Ok(count) => {
                        self.held.drain(..count);
                        moved = true;
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.writable = false;
                    }
                    Err(error) => return Err(error),
                }
            } else if self.readable && !self.ended && room > 0 {
                let part = room.min(buffer.len());
                match os::read(&self.socket, &mut buffer[..part]) {
                    Ok(0) => self.ended = true,
                    Ok(count) => {
                        self.held.extend(&buffer[..count]);
                        moved = true;
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.readable = false;
                    }
                    Err(error) => return Err(error),
                }
            } else {
                return Ok(moved);
            }
        }
    }
}
