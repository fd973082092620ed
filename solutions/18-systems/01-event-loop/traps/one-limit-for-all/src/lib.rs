//! An echo server in one thread: what a peer sends, it gets back.
//!
//! Your task is [`Server`]. [`os`] is given: wait, accept, read and write through it, and take the time from
//! [`os::now`]. Everything else of epoll is in [`rustix::event::epoll`].

use std::{collections::VecDeque, io, os::fd::OwnedFd, time::Duration};

use rustix::{
    event::epoll::{self, EventData, EventFlags},
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
    slots: Vec<Slot>,
    free: Vec<usize>,
    events: Vec<epoll::Event>,
}

/// A place for a connection. The token of a connection is the number of its slot, and how many were there before it, so
/// that an event of an earlier one is not taken for one of its own.
struct Slot {
    uses: u32,
    connection: Option<Connection>,
}

const LISTENER: u64 = u64::MAX;

fn token(slot: usize, uses: u32) -> u64 {
    (u64::from(uses) << 32) | slot as u64
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
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = EventFlags::IN | EventFlags::ET;
        epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), flags)?;
        Ok(Self {
            epoll,
            listener,
            idle,
            slots: Vec::new(),
            free: Vec::new(),
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
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                uses: 0,
                connection: None,
            });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[index];
        let watched = epoll::add(
            &self.epoll,
            &socket,
            EventData::new_u64(token(index, slot.uses)),
            EventFlags::IN | EventFlags::OUT | EventFlags::ET,
        );
        if let Err(error) = watched {
            self.free.push(index);
            return Err(error.into());
        }
        slot.connection = Some(Connection {
            socket,
            readable: false,
            writable: false,
            ended: false,
            held: VecDeque::new(),
            active: os::now(),
        });
        Ok(())
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.slots.len() - self.free.len()
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
        let now = os::now();
        let due = self
            .deadlines()
            .map(|(_, due)| due.saturating_sub(now))
            .min();
        let timeout = limit.into_iter().chain(due).min();
        let mut result = os::wait(&self.epoll, &mut self.events, timeout);

        let mut at_work = VecDeque::new();
        let mut callers = false;
        for event in &self.events {
            let (flags, data) = (event.flags, event.data.u64());
            if data == LISTENER {
                callers = true;
                continue;
            }
            let index = (data & u64::from(u32::MAX)) as usize;
            let Some(slot) = self.slots.get_mut(index) else {
                continue;
            };
            if token(index, slot.uses) == data
                && let Some(connection) = &mut slot.connection
            {
                let error = flags.intersects(EventFlags::ERR | EventFlags::HUP);
                connection.readable |= error || flags.contains(EventFlags::IN);
                connection.writable |= error || flags.contains(EventFlags::OUT);
                at_work.push_back(index);
            }
        }

        let mut total: usize = self
            .slots
            .iter()
            .filter_map(|slot| slot.connection.as_ref())
            .map(|connection| connection.held.len())
            .sum();
        // A step each, in rounds, so that one who is quick keeps nobody waiting.
        while let Some(index) = at_work.pop_front() {
            let Some(connection) = &mut self.slots[index].connection else {
                continue;
            };
            let held = total;
            let before = connection.held.len();
            let step = connection.step(HELD.saturating_sub(held - before));
            total = held - before + connection.held.len();
            match step {
                Step::Moved => {
                    connection.active = os::now();
                    at_work.push_back(index);
                }
                Step::Changed => at_work.push_back(index),
                Step::Stuck => {}
                Step::Over => self.close(index),
            }
        }
        if callers {
            result = result.and(self.accept_all());
        }
        let now = os::now();
        let idle: Vec<usize> = self
            .deadlines()
            .filter(|(_, due)| *due <= now)
            .map(|(index, _)| index)
            .collect();
        for index in idle {
            self.close(index);
        }
        result
    }
}

impl Server {
    /// The slots in use, and when they are due. Those that never are are left out.
    fn deadlines(&self) -> impl Iterator<Item = (usize, Duration)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            let connection = slot.connection.as_ref()?;
            Some((index, connection.active.checked_add(self.idle)?))
        })
    }

    fn close(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        if slot.connection.take().is_some() {
            slot.uses = slot.uses.wrapping_add(1);
            self.free.push(index);
        }
    }

    fn accept_all(&mut self) -> io::Result<()> {
        loop {
            let socket =
                match os::accept(&self.listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                    Ok(socket) => socket,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                    Err(error) => return Err(error),
                };
            self.adopt(socket)?;
        }
    }
}

enum Step {
    /// Bytes have moved.
    Moved,
    /// There is more to know, and perhaps more to do.
    Changed,
    /// Nothing can be done before the next edge.
    Stuck,
    /// It has ended, or failed.
    Over,
}

struct Connection {
    socket: OwnedFd,
    readable: bool,
    writable: bool,
    ended: bool,
    held: VecDeque<u8>,
    /// When the last byte moved.
    active: Duration,
}

impl Connection {
    fn step(&mut self, limit: usize) -> Step {
        if !self.held.is_empty() && self.writable {
            return match os::write(&self.socket, self.held.as_slices().0) {
                Ok(count) => {
                    self.held.drain(..count);
                    Step::Moved
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.writable = false;
                    Step::Changed
                }
                Err(_) => Step::Over,
            };
        }
        if self.ended {
            return if self.held.is_empty() {
                Step::Over
            } else {
                Step::Stuck
            };
        }
        if !self.readable || self.held.len() >= limit {
            return Step::Stuck;
        }
        let mut buffer = [0_u8; HELD];
        let room = &mut buffer[..limit - self.held.len()];
        match os::read(&self.socket, room) {
            Ok(0) => {
                self.ended = true;
                Step::Changed
            }
            Ok(count) => {
                self.held.extend(&room[..count]);
                Step::Moved
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.readable = false;
                Step::Changed
            }
            Err(_) => Step::Over,
        }
    }
}
