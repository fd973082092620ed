//! A collector for one submission, on a port of its own.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
};

/// A collector that waits for its submission, on another thread.
pub struct Collector {
    /// Where it listens.
    pub address: String,
    received: JoinHandle<String>,
}

impl Collector {
    /// Starts one. It reads a line, answers it with `answer`, and hangs up; if there is no answer, it just hangs up.
    pub fn answering(answer: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
        let address = listener.local_addr().expect("the port").to_string();
        let received = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            reader.read_line(&mut line).expect("a line");
            if let Some(answer) = answer {
                stream
                    .write_all(answer.as_bytes())
                    .expect("somebody who waits for the answer");
            }
            line
        });
        Self { address, received }
    }

    /// The line that was submitted. Waits for it, so ask only after `submit` has returned.
    pub fn received(self) -> String {
        self.received.join().expect("a collector that ended well")
    }
}

/// An address where nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
    listener.local_addr().expect("the port").to_string()
}
