//! A program that asked for `std`.

use std::io::{self, ErrorKind};

use targets_portable_core::{Error, Record};

struct Full;

impl io::Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let record = Record {
        name: "a",
        value: 2,
    };
    let mut out: Vec<u8> = b"before".to_vec();
    record
        .write_to(&mut out)
        .expect("a vector takes everything");
    assert_eq!(
        out,
        [
            b"before".as_slice(),
            &[0, 0, 0, 0, 0, 0, 0, 1, b'a', 0, 0, 0, 2]
        ]
        .concat()
    );
    let refused = record.write_to(&mut Full).map_err(|error| error.kind());
    assert_eq!(
        refused,
        Err(ErrorKind::StorageFull),
        "the stream's own error"
    );

    for (error, kind) in [
        (Error::Truncated, ErrorKind::UnexpectedEof),
        (Error::NotText, ErrorKind::InvalidData),
        (Error::TooSmall { needed: 1 }, ErrorKind::InvalidData),
    ] {
        let of_io = io::Error::from(error);
        assert_eq!(of_io.kind(), kind, "the kind of {error:?}");
        let inner = of_io
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Error>());
        assert_eq!(inner, Some(&error), "the error within");
    }
}
