//! Sources and sinks as they are: they take and give what they like, and sometimes they fail.

use std::{
    cell::{Cell, RefCell},
    io::{self, ErrorKind, Read, Write},
    rc::Rc,
};

use security_aead_stream::{CHUNK, OpenReader, PREFIX, SealWriter, TAG};

#[path = "support/streams.rs"]
mod streams;
use streams::{CONTEXT, key, open, place, seal, text};

/// Gives a few bytes at a time, as a socket does, and every third call is interrupted by a signal.
struct Trickle<'a> {
    rest: &'a [u8],
    calls: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        let most = buffer.len().min(1 + self.calls % 700);
        self.rest.read(&mut buffer[..most])
    }
}

/// `read` may return less than there is room for, at any time. That means nothing: above all, not the end.
#[test]
fn short_reads_are_not_the_end() {
    let plaintext = text(3 * CHUNK + 5);
    let sealed = seal(&plaintext);
    let source = Trickle {
        rest: &sealed,
        calls: 0,
    };
    let mut opened = Vec::<u8>::new();
    OpenReader::new(source, &key(), CONTEXT)
        .and_then(|mut reader| reader.read_to_end(&mut opened))
        .expect("a valid stream, in small pieces");
    assert!(opened == plaintext, "not what was sealed");
}

/// Takes a few bytes at a time, and every third call is interrupted.
#[derive(Default)]
struct Narrow {
    taken: Vec<u8>,
    calls: usize,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        let most = bytes.len().min(1 + self.calls % 700);
        self.taken.write(&bytes[..most])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `write` may take less than it is given. What it has not taken has to be offered again.
#[test]
fn short_writes_lose_nothing() {
    let plaintext = text(3 * CHUNK + 5);
    let mut writer = SealWriter::new(Narrow::default(), &key(), CONTEXT).expect("a writer");
    writer
        .write_all(&plaintext)
        .expect("a slow sink is no error");
    let sink = writer.finish().expect("a slow sink is no error");
    let opened = open(&sink.taken).expect("a valid stream");
    assert!(opened == plaintext, "not what was sealed");
}

/// A source that counts what was taken from it.
struct Counting<'a> {
    rest: &'a [u8],
    taken: Rc<Cell<usize>>,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(buffer)?;
        self.taken.set(self.taken.get() + count);
        Ok(count)
    }
}

/// A stream may be longer than the memory, or have no end. A reader that first collects all of it fits neither.
#[test]
fn reads_no_more_than_it_needs() {
    let sealed = seal(&text(64 * CHUNK));
    let taken = Rc::new(Cell::new(0));
    let source = Counting {
        rest: &sealed,
        taken: Rc::clone(&taken),
    };
    let mut reader = OpenReader::new(source, &key(), CONTEXT).expect("the prefix is there");
    let mut chunk = vec![0; CHUNK];
    for number in 1..=8 {
        reader.read_exact(&mut chunk).expect("a valid stream");
        let needed = PREFIX + number * (CHUNK + TAG);
        let ahead = taken.get().saturating_sub(needed);
        assert!(
            ahead <= 2 * (CHUNK + TAG),
            "to return chunk {number} of 64, the reader read {ahead} bytes beyond it"
        );
    }
}

/// The same for the writer: what is full, and is not the last chunk, has no reason to wait.
#[test]
fn passes_chunks_on_as_they_fill() {
    let sealed = Shared::default();
    let mut writer = SealWriter::new(sealed.clone(), &key(), CONTEXT).expect("a writer");
    let piece = text(CHUNK);
    for number in 1..=8 {
        writer.write_all(&piece).expect("a Vec takes everything");
        let expected = place(number - 1).start;
        let written = sealed.bytes.borrow().len();
        assert!(
            written >= expected,
            "after {number} chunks of plaintext the sink has {written} bytes, not the {expected} of all but the last"
        );
    }
}

/// A sink that the test can look into. It fails while `full` is set.
#[derive(Clone, Default)]
struct Shared {
    bytes: Rc<RefCell<Vec<u8>>>,
    full: Rc<Cell<bool>>,
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.borrow_mut().extend(bytes);
        if self.full.get() {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.full.get() {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

/// The disk is full, the caller makes room and goes on. But nobody knows how much of the failed chunk got out, and if
/// it is sealed again with more data in it, two ciphertexts with one nonce are on that disk. A writer that has failed
/// is broken and says so. So it is after a flush that failed: what the sink had taken may be lost.
#[test]
fn after_an_error_nothing_more_is_written() {
    let write: fn(&mut SealWriter<Shared>) -> io::Result<()> =
        |writer| writer.write_all(&text(CHUNK + 1));
    for (what, fail) in [("write", write), ("flush", SealWriter::flush)] {
        let sink = Shared::default();
        let mut writer = SealWriter::new(sink.clone(), &key(), CONTEXT).expect("a writer");
        writer.write_all(&text(CHUNK)).expect("there is room");
        sink.full.set(true);
        assert!(
            fail(&mut writer).is_err(),
            "the sink is full, and `{what}` hid it"
        );
        sink.full.set(false);
        let before = sink.bytes.borrow().len();
        let again = writer.write(b"more");
        assert!(
            again.is_err(),
            "the writer goes on after its sink failed in a {what}: {again:?}"
        );
        assert!(
            writer.finish().is_err(),
            "the stream was finished after its sink failed in a {what}"
        );
        assert_eq!(
            sink.bytes.borrow().len(),
            before,
            "something was written after the sink failed in a {what}"
        );
    }
}

/// A source that fails is not the end of the stream either.
#[test]
fn errors_of_the_source_are_passed_on() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }
    let sealed = seal(&text(CHUNK));
    // Cut where a chunk ends: without the error, this would look like a stream with a chunk missing.
    for length in [PREFIX, PREFIX + 50, sealed.len()] {
        let source = (&sealed[..length]).chain(Failing);
        let mut plaintext = Vec::new();
        let error = OpenReader::new(source, &key(), CONTEXT)
            .and_then(|mut reader| reader.read_to_end(&mut plaintext))
            .expect_err("the source fails");
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionReset,
            "the source failed after {length} bytes, and the reader reported: {error}"
        );
    }
}
