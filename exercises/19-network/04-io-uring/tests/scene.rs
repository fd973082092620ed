//! Files and sockets for the tests.

#![allow(dead_code, reason = "each test target uses a part of this")]

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, Write as _},
    net::Shutdown,
    os::unix::net::UnixStream,
    thread,
};

use network_io_uring::Engine;

/// The kernel's numbers of its errors.
pub(crate) const EPERM: i32 = 1;
pub(crate) const EINTR: i32 = 4;
pub(crate) const EIO: i32 = 5;
pub(crate) const ENOMEM: i32 = 12;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const ENOSYS: i32 = 38;

/// Bytes that tell their place.
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 31 + at / 251) as u8).collect()
}

/// A file without a name that holds these bytes.
pub(crate) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    file
}

/// All that a file holds.
pub(crate) fn contents(mut file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().expect("a file can be rewound");
    file.read_to_end(&mut bytes).expect("it can be read");
    bytes
}

/// A file with room for nothing: every write to it fails.
pub(crate) fn full() -> File {
    let full = OpenOptions::new().write(true).open("/dev/full");
    full.expect("Linux has /dev/full")
}

/// An engine, which must have a ring.
#[track_caller]
pub(crate) fn with_a_ring() -> Engine {
    let engine = Engine::new();
    assert!(
        engine.refusal().is_none(),
        "nothing was refused here, and the engine should have a ring; it says: {:?}",
        engine.refusal()
    );
    engine
}

/// Copies a file, and compares.
#[track_caller]
pub(crate) fn assert_copies(engine: &mut Engine, length: usize) {
    let source = bytes(length);
    let (from, to) = (file(&source), file(&[]));
    let copied = engine.copy(&from, &to).unwrap_or_else(|error| {
        panic!("a copy of {length} bytes failed: {error}");
    });
    let result = contents(&to);
    let same = result
        .iter()
        .zip(&source)
        .take_while(|(a, b)| a == b)
        .count();
    assert!(
        result == source,
        "of {length} bytes {} arrived; the first {same} are right",
        result.len()
    );
    assert_eq!(
        copied, length as u64,
        "the number of bytes that `copy` returns"
    );
}

/// Has a peer send this many bytes, end its sending, and read what comes back.
#[track_caller]
pub(crate) fn assert_echoes(engine: &mut Engine, length: usize) {
    let (ours, theirs) = UnixStream::pair().expect("two connected sockets");
    let sender = thread::spawn(move || {
        let sent = bytes(length);
        let mut writer = ours.try_clone().expect("a second handle");
        let reader = thread::spawn(move || {
            let mut received = Vec::new();
            (&ours).read_to_end(&mut received).map(|_| received)
        });
        writer.write_all(&sent).expect("the engine reads");
        writer
            .shutdown(Shutdown::Write)
            .expect("the socket is open");
        let received = reader.join().expect("the reader ends").expect("it reads");
        (received.len(), received == sent)
    });
    let echoed = engine.echo(&theirs);
    drop(theirs);
    let (count, same) = sender.join().expect("the peer ends");
    assert_eq!(
        echoed.ok(),
        Some(length as u64),
        "the number of bytes that `echo` returns"
    );
    assert!(
        same,
        "of {length} bytes {count} came back, and they should be the same"
    );
}
