use std::time::Duration;
use types_typestate::{Builder, Encrypted, LoggedIn, Plain, Request, Unaddressed};

/// What all builders of this program have in common.
fn ours() -> Builder<Unaddressed> {
    Builder::new("inventory").timeout(Duration::from_secs(5))
}

/// Whoever has a plain builder gets an encrypted one.
fn secured(plain: Builder<Plain>) -> Builder<Encrypted> {
    plain.encrypt()
}

/// Only what is logged in may wait in the queue, so nothing in the queue needs checking.
struct Queue {
    waiting: Vec<Builder<LoggedIn>>,
}

impl Queue {
    fn requests(self) -> Vec<Request> {
        self.waiting.into_iter().map(|builder| builder.build()).collect()
    }
}

fn main() {
    let encrypted = secured(ours().address("db.example.org", 5432));
    let queue = Queue { waiting: vec![encrypted.login("ada", "engine")] };
    let _ = queue.requests();
}
