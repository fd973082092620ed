//! An echo server in one thread: what a peer sends, it gets back.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind::*},
    os::fd::{AsRawFd, OwnedFd},
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

/// Echoes to any number of connections from one thread, which sleeps while there is nothing to do.
pub struct Server {
    epoll: OwnedFd,
    listener: OwnedFd,
    idle: Duration,
    peers: BTreeMap<u64, Peer>,
}

struct Peer {
    socket: OwnedFd,
    /// Read, and not yet written: what lies behind `start`.
    bytes: Vec<u8>,
    start: usize,
    ended: bool,
    asked: EventFlags,
    since: Duration,
}

enum Fate {
    Lives,
    Dies,
}

impl Peer {
    fn held(&self) -> usize {
        self.bytes.len() - self.start
    }

    fn wants(&self) -> EventFlags {
        let mut wants = EventFlags::empty();
        wants.set(EventFlags::IN, !self.ended && self.held() < HELD);
        wants.set(EventFlags::OUT, self.held() > 0);
        wants
    }

    fn echo(&mut self) -> io::Result<Fate> {
        loop {
            let mut moved = false;
            if !self.ended && self.held() < HELD {
                if self.start > 0 {
                    self.bytes.drain(..self.start);
                    self.start = 0;
                }
                let before = self.bytes.len();
                self.bytes.resize(HELD, 0);
                let read = os::read(&self.socket, &mut self.bytes[before..]);
                self.bytes.truncate(before + *read.as_ref().unwrap_or(&0));
                match read {
                    Ok(0) => (self.ended, moved) = (true, true),
                    Ok(_) => (self.since, moved) = (os::now(), true),
                    Err(error) if error.kind() == WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            if self.held() > 0 {
                match os::write(&self.socket, &self.bytes[self.start..]) {
                    Ok(count) => {
                        self.start += count;
                        (self.since, moved) = (os::now(), true);
                    }
                    Err(error) if error.kind() == WouldBlock => {}
                    Err(error) => return Err(error),
                }
            }
            if self.ended && self.held() == 0 {
                return Ok(Fate::Dies);
            }
            if !moved {
                return Ok(Fate::Lives);
            }
        }
    }
}

impl Server {
    /// Makes a server for a listening stream socket.
    ///
    /// # Errors
    ///
    /// If the kernel has no epoll instance to give, or does not accept the listener.
    pub fn new(listener: impl Into<OwnedFd>, idle: Duration) -> io::Result<Self> {
        let listener: OwnedFd = listener.into();
        ioctl_fionbio(&listener, true)?;
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        epoll::add(
            &epoll,
            &listener,
            EventData::new_u64(listener.as_raw_fd() as u64),
            EventFlags::IN | EventFlags::ET,
        )?;
        Ok(Self {
            epoll,
            listener,
            idle,
            peers: BTreeMap::new(),
        })
    }

    /// Takes over a socket that is connected already, and serves it as if it had been accepted.
    ///
    /// # Errors
    ///
    /// If the kernel refuses to watch it, or to make it one that does not block.
    pub fn adopt(&mut self, socket: impl Into<OwnedFd>) -> io::Result<()> {
        let socket: OwnedFd = socket.into();
        ioctl_fionbio(&socket, true)?;
        let token = socket.as_raw_fd() as u64;
        epoll::add(
            &self.epoll,
            &socket,
            EventData::new_u64(token),
            EventFlags::IN,
        )?;
        self.peers.insert(
            token,
            Peer {
                socket,
                bytes: Vec::new(),
                start: 0,
                ended: false,
                asked: EventFlags::IN,
                since: os::now(),
            },
        );
        Ok(())
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.peers.len()
    }

    /// Calls [`os::wait`] once, deals with all that has happened, and returns.
    ///
    /// # Errors
    ///
    /// If the epoll instance or the listener fails.
    pub fn turn(&mut self, limit: Option<Duration>) -> io::Result<()> {
        let now = os::now();
        let due = self
            .peers
            .values()
            .map(|peer| (peer.since + self.idle).saturating_sub(now));
        let timeout = due.chain(limit).min();
        let mut events = Vec::with_capacity(64);
        os::wait(&self.epoll, &mut events, timeout)?;

        let mut callers = false;
        for event in &events {
            let token = event.data.u64();
            if token == self.listener.as_raw_fd() as u64 {
                callers = true;
                continue;
            }
            let Some(peer) = self.peers.get_mut(&token) else {
                continue;
            };
            let fate = peer.echo().and_then(|fate| {
                let wants = peer.wants();
                if matches!(fate, Fate::Lives) && wants != peer.asked {
                    epoll::modify(&self.epoll, &peer.socket, event.data, wants)?;
                    peer.asked = wants;
                }
                Ok(fate)
            });
            if !matches!(fate, Ok(Fate::Lives)) {
                self.peers.remove(&token);
            }
        }
        let (now, idle) = (os::now(), self.idle);
        self.peers.retain(|_, peer| peer.since + idle > now);
        if callers { self.pick_up() } else { Ok(()) }
    }

    fn pick_up(&mut self) -> io::Result<()> {
        loop {
            match os::accept(&self.listener, SocketFlags::CLOEXEC) {
                Ok(socket) => {
                    let _ = self.adopt(socket);
                }
                Err(error) => match error.kind() {
                    WouldBlock => return Ok(()),
                    ConnectionAborted => continue,
                    _ => return Err(error),
                },
            }
        }
    }
}
