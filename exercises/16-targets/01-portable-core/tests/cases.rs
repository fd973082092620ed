//! What must hold on every target. Nothing here needs more than `core`.

use targets_portable_core::{Error, Record};

const RECORD: Record<'static> = Record {
    name: "Öl",
    value: -1_500,
};

/// `RECORD`, encoded: 3 bytes of name, and -1500 in two's complement.
const BYTES: [u8; 15] = [
    0, 0, 0, 0, 0, 0, 0, 3, 0xc3, 0x96, b'l', 0xff, 0xff, 0xfa, 0x24,
];

/// A file that one machine wrote is read by another. So the bytes may depend on the format alone: not on how wide
/// `usize` is (64 bits on the host, 32 on the board and in the browser), and not on a processor's byte order.
pub fn the_bytes_are_the_same_everywhere() {
    let mut buffer = [0xaa; 20];
    assert_eq!(
        RECORD.encoded_len(),
        BYTES.len(),
        "8 bytes of length, 3 of name, 4 of value; `usize` has {} bits here",
        usize::BITS
    );
    assert_eq!(RECORD.encode(&mut buffer), Ok(BYTES.len()));
    assert_eq!(
        buffer[..15],
        BYTES,
        "the length in 8 bytes, the name, the value in 4; highest byte first (`usize` has {} bits here)",
        usize::BITS
    );
    assert_eq!(buffer[15..], [0xaa; 5], "behind the record nothing changes");
}

/// Records lie one behind the other, so whoever reads one is told where the next one begins.
pub fn reads_one_record_after_the_other() {
    let mut buffer = [0; 40];
    let second = Record {
        name: "",
        value: i32::MIN,
    };
    let first_len = RECORD.encode(&mut buffer).expect("40 bytes hold both");
    let second_len = second
        .encode(&mut buffer[first_len..])
        .expect("40 bytes hold both");
    let bytes = &buffer[..first_len + second_len];
    let (record, rest) = Record::decode(bytes).expect("the first record is whole");
    assert_eq!(record, RECORD);
    assert_eq!(
        Record::decode(rest),
        Ok((second, &[][..])),
        "the second record"
    );
    assert_eq!(
        Record::decode(&[]),
        Err(Error::Truncated),
        "there is no third"
    );
}

/// Bytes from outside end where they like.
pub fn what_is_cut_off_is_refused() {
    for length in 0..BYTES.len() {
        assert_eq!(
            Record::decode(&BYTES[..length]),
            Err(Error::Truncated),
            "{length} of {} bytes",
            BYTES.len()
        );
    }
}

/// The length has 64 bits, memory has fewer. A length that is cut down to `usize` may end up small, on the targets
/// where that has 32 bits; one that is added to may overflow on the others. Neither is there to be read.
pub fn a_length_beyond_memory_is_refused() {
    for length in [1 << 32 | 3, 1 << 63, u64::MAX, u64::MAX - 7] {
        let mut bytes = BYTES;
        bytes[..8].copy_from_slice(&length.to_be_bytes());
        assert_eq!(
            Record::decode(&bytes),
            Err(Error::Truncated),
            "a name of {length} bytes, where {} follow",
            BYTES.len() - 8
        );
    }
}

/// A name is text: bytes that are none must not become a `&str`.
pub fn a_name_that_is_no_text_is_refused() {
    let mut bytes = BYTES;
    bytes[9] = b'l';
    assert_eq!(Record::decode(&bytes), Err(Error::NotText));
}

/// Where there is no allocator, the caller brings the buffer, and has to learn how large it must be.
pub fn a_small_buffer_is_refused_and_left_alone() {
    for length in 0..BYTES.len() {
        let mut buffer = [0xaa; 15];
        assert_eq!(
            RECORD.encode(&mut buffer[..length]),
            Err(Error::TooSmall { needed: 15 }),
            "a buffer of {length} bytes"
        );
        assert_eq!(
            buffer, [0xaa; 15],
            "nothing is written to a buffer of {length} bytes"
        );
    }
}

/// An error is told to people, too, on a board's console as in a log.
pub fn errors_speak() {
    let mut text = Text::default();
    let small = Error::TooSmall { needed: 15 };
    core::fmt::write(&mut text, format_args!("{small}")).expect("it writes");
    let said = str::from_utf8(&text.bytes[..text.len]).expect("text");
    assert!(
        said.contains("15"),
        "how large must the buffer be? It says {said:?}"
    );
}

/// A `String` for targets that have none.
struct Text {
    bytes: [u8; 200],
    len: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; 200],
            len: 0,
        }
    }
}

impl core::fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> core::fmt::Result {
        let end = self.len + part.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(core::fmt::Error)?;
        room.copy_from_slice(part.as_bytes());
        self.len = end;
        Ok(())
    }
}
