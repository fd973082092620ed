//! Where the kernel says no. Many a container does, and an old kernel must.

mod scene;

use network_io_uring::{CHUNK, DEPTH, Engine, kernel};
use scene::{ENOMEM, ENOSPC, ENOSYS, EPERM, assert_copies, assert_echoes, bytes, file, full};

fn assert_works_without_a_ring(refused: i32) {
    let mut engine = Engine::new();
    assert_eq!(
        engine.refusal().and_then(std::io::Error::raw_os_error),
        Some(refused),
        "the engine should say why it has no ring",
    );
    for length in [0, 1, CHUNK + 1, 3 * DEPTH * CHUNK + 7] {
        assert_copies(&mut engine, length);
    }
    assert_echoes(&mut engine, 300_000);
    let failed = engine.copy(file(&bytes(10)), full());
    assert_eq!(
        failed.err().and_then(|error| error.raw_os_error()),
        Some(ENOSPC),
        "a copy to a full device should fail without a ring, too",
    );
    assert_eq!(
        kernel::enters(),
        0,
        "an engine without a ring made calls to one"
    );
}

/// ENOSYS from a kernel before 5.1, EPERM from an administrator or a sandbox. The work can be done all the same, only
/// with more calls.
#[test]
fn works_where_there_is_no_ring() {
    for refused in [ENOSYS, EPERM] {
        kernel::refuse_setup(refused);
        assert_works_without_a_ring(refused);
    }
}

/// The ring is granted, and the buffers are not: pinned memory is limited, and perhaps others have used it up.
#[test]
fn works_where_buffers_cannot_be_registered() {
    kernel::refuse_registration(ENOMEM);
    assert_works_without_a_ring(ENOMEM);
}

/// Without a ring, too, a result may be shorter than what was asked for, and the answer to a peer that reads slowly is
/// written in pieces. And the refusal is for the engine to tell, not for the caller to meet.
#[test]
fn nobody_has_to_know() {
    kernel::refuse_setup(EPERM);
    let mut engine = Engine::default();
    for _ in 0..3 {
        assert_copies(&mut engine, 2 * CHUNK);
        assert_echoes(&mut engine, 2 * CHUNK);
    }
    assert_eq!(
        kernel::registrations(),
        0,
        "an engine without a ring registered buffers"
    );
}
