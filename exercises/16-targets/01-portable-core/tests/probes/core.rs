//! A program that needs what is there without features, and nothing else.

use targets_portable_core::{Error, Record};

/// Copies an error, compares it, and calls it an error: that is so with every set of features.
fn asks<E: core::error::Error + Copy + Eq + Send + Sync + 'static>(error: E) -> bool {
    let copy = error;
    copy == error && error.source().is_none()
}

/// No feature brings a case that this program doesn't know.
fn in_a_word(error: Error) -> &'static str {
    match error {
        Error::TooSmall { needed: _ } => "small",
        Error::Truncated => "cut",
        Error::NotText => "noise",
    }
}

fn main() {
    let record = Record {
        name: "a",
        value: 1,
    };
    let mut buffer = [0; 13];
    let written: Result<usize, Error> = record.encode(&mut buffer);
    assert_eq!(written, Ok(13));
    assert_eq!(record.encoded_len(), 13);
    assert_eq!(buffer, [0, 0, 0, 0, 0, 0, 0, 1, b'a', 0, 0, 0, 1]);
    let read: Result<(Record<'_>, &[u8]), Error> = Record::decode(&buffer);
    assert_eq!(read, Ok((record, &[][..])));
    assert!(asks(Error::Truncated));
    assert_eq!(in_a_word(Error::NotText), "noise");
}
