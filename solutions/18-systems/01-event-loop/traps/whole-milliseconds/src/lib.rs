//! An echo server in one thread: what a peer sends, it gets back.
//!
//! Your task is [`Server`]. [`os`] is given: wait, accept, read and write through it, and take the time from
//! [`os::now`]. Everything else of epoll is in [`rustix::event::epoll`].

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    io,
    os::fd::OwnedFd,
    time::Duration,
};

use rustix::{
    event::epoll::{self, CreateFlags, Event, EventData, EventFlags},
    io::{Errno, ioctl_fionbio},
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
    peers: BTreeMap<u64, Peer>,
    /// One entry for each peer, with a time at which it may be due: not later than its deadline, perhaps earlier. Before
    /// each wait, those that have been put off are put right.
    alarms: BinaryHeap<Reverse<(Duration, u64)>>,
    next: u64,
}

/// What an epoll event brings in place of a number of a peer.
const NOBODY: u64 = u64::MAX;

impl Server {
    /// Makes a server for a listening stream socket. A connection is closed when no byte has gone in or out of it for
    /// as long as `idle`.
    ///
    /// # Errors
    ///
    /// If the kernel has no epoll instance to give, or does not accept the listener.
    pub fn new(listener: impl Into<OwnedFd>, idle: Duration) -> io::Result<Self> {
        let server = Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            listener: listener.into(),
            idle,
            peers: BTreeMap::new(),
            alarms: BinaryHeap::new(),
            next: 0,
        };
        ioctl_fionbio(&server.listener, true)?;
        let edges = EventFlags::IN | EventFlags::ET;
        epoll::add(
            &server.epoll,
            &server.listener,
            EventData::new_u64(NOBODY),
            edges,
        )?;
        Ok(server)
    }

    /// Takes over a socket that is connected already, and serves it as if it had been accepted.
    ///
    /// # Errors
    ///
    /// If the kernel refuses to watch it, or to make it one that does not block.
    pub fn adopt(&mut self, socket: impl Into<OwnedFd>) -> io::Result<()> {
        let socket = socket.into();
        ioctl_fionbio(&socket, true)?;
        let edges = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(&self.epoll, &socket, EventData::new_u64(self.next), edges)?;
        let deadline = os::now().checked_add(self.idle);
        if let Some(deadline) = deadline {
            self.alarms.push(Reverse((deadline, self.next)));
        }
        self.peers.insert(
            self.next,
            Peer {
                socket,
                input: Input::Quiet,
                can_write: false,
                bytes: Vec::new(),
                written: 0,
                deadline,
            },
        );
        self.next += 1;
        Ok(())
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.peers.len()
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
        let due = self.next_deadline();
        let until = due.map(|deadline| {
            let nanoseconds = deadline.saturating_sub(os::now()).as_nanos();
            Duration::from_millis(nanoseconds.div_ceil(1_000_000) as u64)
        });
        let timeout = match (limit, until) {
            (Some(limit), Some(until)) => Some(limit.min(until)),
            (limit, until) => limit.or(until),
        };
        let mut events: Vec<Event> = Vec::with_capacity(64);
        let waited = os::wait(&self.epoll, &mut events, timeout);

        let mut accepted = Ok(());
        for event in events {
            let number = event.data.u64();
            let flags = event.flags;
            if number == NOBODY {
                accepted = self.accept();
                continue;
            }
            let Some(peer) = self.peers.get_mut(&number) else {
                continue;
            };
            let open = peer.on_event(flags, self.idle).unwrap_or(false);
            if !open {
                self.peers.remove(&number);
            }
        }
        let now = os::now();
        while let Some(deadline) = self.next_deadline() {
            if deadline > now {
                break;
            }
            if let Some(Reverse((_, number))) = self.alarms.pop() {
                self.peers.remove(&number);
            }
        }
        waited.and(accepted)
    }
}

impl Server {
    /// The earliest deadline that there really is. Afterwards it is that of the alarm on top.
    fn next_deadline(&mut self) -> Option<Duration> {
        loop {
            let mut top = self.alarms.peek_mut()?;
            let Reverse((time, number)) = *top;
            match self.peers.get(&number).map(|peer| peer.deadline) {
                Some(Some(deadline)) if deadline == time => return Some(time),
                // Put off: `PeekMut` moves it to its place.
                Some(Some(deadline)) => *top = Reverse((deadline, number)),
                // Gone.
                Some(None) | None => {
                    std::collections::binary_heap::PeekMut::pop(top);
                }
            }
        }
    }

    fn accept(&mut self) -> io::Result<()> {
        loop {
            match os::accept(&self.listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                // What goes wrong with one of them concerns nobody else.
                Ok(socket) => drop(self.adopt(socket)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if is_of_one_caller(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// `accept` hands on what has happened to the connection that it would have returned.
fn is_of_one_caller(error: &io::Error) -> bool {
    [
        Errno::CONNABORTED,
        Errno::PROTO,
        Errno::NETDOWN,
        Errno::NETUNREACH,
        Errno::HOSTDOWN,
        Errno::HOSTUNREACH,
    ]
    .iter()
    .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    /// Nothing to read, until an edge says so.
    Quiet,
    /// There may be something to read.
    Ready,
    /// There will be no more.
    Ended,
}

struct Peer {
    socket: OwnedFd,
    input: Input,
    can_write: bool,
    /// What was read; of it, `written` bytes were written back.
    bytes: Vec<u8>,
    written: usize,
    deadline: Option<Duration>,
}

impl Peer {
    /// Does what can be done, and says whether the connection goes on.
    fn on_event(&mut self, flags: EventFlags, idle: Duration) -> io::Result<bool> {
        let trouble = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        if self.input == Input::Quiet && (trouble || flags.contains(EventFlags::IN)) {
            self.input = Input::Ready;
        }
        self.can_write |= trouble || flags.contains(EventFlags::OUT);
        loop {
            let read = self.read()?;
            let wrote = self.write()?;
            if read || wrote {
                self.deadline = os::now().checked_add(idle);
            } else {
                return Ok(self.input != Input::Ended || self.written < self.bytes.len());
            }
        }
    }

    fn has_room(&self) -> bool {
        self.bytes.len() - self.written < HELD
    }

    /// Fills the room that there is, as far as the peer has sent something.
    fn read(&mut self) -> io::Result<bool> {
        if self.input != Input::Ready || !self.has_room() {
            return Ok(false);
        }
        self.bytes.drain(..self.written);
        self.written = 0;
        let old = self.bytes.len();
        self.bytes.resize(HELD, 0);
        let result = os::read(&self.socket, &mut self.bytes[old..]);
        let count = *result.as_ref().unwrap_or(&0);
        self.bytes.truncate(old + count);
        match result {
            Ok(0) => self.input = Input::Ended,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.input = Input::Quiet,
            Err(error) => return Err(error),
        }
        Ok(count > 0)
    }

    fn write(&mut self) -> io::Result<bool> {
        if !self.can_write || self.written == self.bytes.len() {
            return Ok(false);
        }
        match os::write(&self.socket, &self.bytes[self.written..]) {
            Ok(count) => {
                self.written += count;
                Ok(count > 0)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.can_write = false;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
