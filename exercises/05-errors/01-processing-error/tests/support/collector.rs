//! A collector for one submission, on a port of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a collector that stays waits for the other side to hang up. Nothing here takes longer than a moment.
const PATIENCE: Duration = Duration::from_secs(4);

/// A collector that waits for its submission, on another thread.
pub struct Collector {
    /// Where it listens.
    pub address: String,
    received: JoinHandle<Received>,
}

/// What a collector has seen.
struct Received {
    line: String,
    /// Whether the other side hung up first.
    left: bool,
}

impl Collector {
    /// Starts one. It reads a line, answers it with `answer`, and hangs up; if there is no answer, it just hangs up.
    pub fn answering(answer: Option<&'static str>) -> Self {
        Self::start(answer.unwrap_or_default(), false)
    }

    /// Starts one that reads a line and answers it, and waits for the other side to hang up.
    #[allow(dead_code, reason = "not every test binary needs it")]
    pub fn staying(answer: &'static str) -> Self {
        Self::start(answer, true)
    }

    fn start(answer: &'static str, stays: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
        let address = listener.local_addr().expect("the port").to_string();
        let received = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            reader.read_line(&mut line).expect("a line");
            // Somebody who doesn't wait for it is not this thread's business.
            let _ = stream.write_all(answer.as_bytes());
            let left = stays && {
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("a time limit");
                // Only a time-out is an error of this kind: all others say that nobody is there.
                !matches!(reader.read(&mut [0]), Err(error) if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ))
            };
            Received { line, left }
        });
        Self { address, received }
    }

    /// The line that was submitted. Waits for it, so ask only after `submit` has returned.
    pub fn received(self) -> String {
        self.received
            .join()
            .expect("a collector that ended well")
            .line
    }

    /// Whether the other side hung up before the collector lost its patience. Waits for that.
    #[allow(dead_code, reason = "not every test binary needs it")]
    pub fn was_left(self) -> bool {
        self.received
            .join()
            .expect("a collector that ended well")
            .left
    }
}

/// An address where nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
    listener.local_addr().expect("the port").to_string()
}
