//! Whether it means the same on another machine.

use review_fix_the_crate::{Reading, wire};

/// A frame with two readings, as a machine of any kind must write it.
const FRAME: [u8; 38] = [
    b'R', b'D', // the two letters
    0, 0, 0, 2, // two readings
    0, 0, 0, 0, 0x65, 0x9a, 0xd2, 0x3c, // 1 704 645 180 s
    0x40, 0x32, 0x80, 0, 0, 0, 0, 0, // 18.5
    0, 0, 0, 1, 0, 0, 0, 0, // a time that needs more than 32 bits
    0xc0, 0x04, 0, 0, 0, 0, 0, 0, // -2.5
];

const READINGS: [Reading; 2] = [
    Reading {
        at: 1_704_645_180,
        value: 18.5,
    },
    Reading {
        at: 1 << 32,
        value: -2.5,
    },
];

/// To write and read back on one machine proves nothing: both halves make the same mistake. The order of bytes is the
/// machine's, and `usize` has 4 bytes on some and 8 on others. A format has neither.
#[test]
fn writes_what_every_machine_can_read() {
    assert_eq!(
        wire::encode(&READINGS),
        FRAME,
        "the bytes of a frame with two readings, most significant byte first"
    );
}

/// What comes in was written by some other machine.
#[test]
fn reads_what_any_machine_has_written() {
    assert_eq!(
        wire::decode(&FRAME).as_deref(),
        Some(&READINGS[..]),
        "the readings in a frame that another machine has written"
    );
}
