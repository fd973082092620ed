//! Sources and sinks as they are: they take and give what they like, and sometimes they fail.

use std::{
    cell::{Cell, RefCell},
    io::{self, ErrorKind, Read, Write},
    rc::Rc,
};

use security_aead_stream::{CHUNK, OpenReader, PREFIX, SealWriter, StreamError, TAG};

#[path = "support/streams.rs"]
mod streams;
use streams::{CONTEXT, cause, key, open, place, seal, text};

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
    let broken = |error: &StreamError| matches!(error, StreamError::Broken);
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
        let again = again.map_err(|error| cause(&error).is_some_and(broken));
        assert_eq!(
            again,
            Err(true),
            "after its sink failed in a {what}, a write should say Broken"
        );
        let flushed = writer.flush();
        let flushed = flushed.map_err(|error| cause(&error).is_some_and(broken));
        assert_eq!(
            flushed,
            Err(true),
            "after its sink failed in a {what}, a flush should say Broken"
        );
        let finished = writer.finish().map(drop);
        let finished = finished.map_err(|error| cause(&error).is_some_and(broken));
        assert_eq!(
            finished,
            Err(true),
            "after its sink failed in a {what}, the end should say Broken"
        );
        assert_eq!(
            sink.bytes.borrow().len(),
            before,
            "something was written after the sink failed in a {what}"
        );
    }
}

/// What a buffer below has taken isn't on the disk yet. `finish` is the last one who can see to that, and the last to whom it
/// can be told that it failed.
#[test]
fn a_finished_stream_is_flushed() {
    #[derive(Default)]
    struct Buffered {
        taken: Vec<u8>,
        arrived: Vec<u8>,
        broken: bool,
    }
    impl Write for Buffered {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.taken.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.broken {
                return Err(ErrorKind::StorageFull.into());
            }
            self.arrived.append(&mut self.taken);
            Ok(())
        }
    }
    for length in [0, 100, 2 * CHUNK] {
        let mut writer = SealWriter::new(Buffered::default(), &key(), CONTEXT).expect("a writer");
        writer.write_all(&text(length)).expect("it takes all");
        let sink = writer.finish().expect("it takes all");
        let opened = open(&sink.arrived).expect("what has arrived should be the whole stream");
        assert!(opened == text(length), "{length} bytes came out wrong");
    }
    let broken = Buffered {
        broken: true,
        ..Buffered::default()
    };
    let writer = SealWriter::new(broken, &key(), CONTEXT).expect("a writer");
    let error = writer.finish().map(drop).expect_err("the flush fails");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
}

/// A socket with a timeout fails, and a moment later it doesn't. What came before belongs to the chunk that comes after.
#[test]
fn a_pause_loses_nothing() {
    struct Pausing<'a> {
        rest: &'a [u8],
        calls: usize,
    }
    impl Read for Pausing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(4) {
                return Err(ErrorKind::WouldBlock.into());
            }
            let most = buffer.len().min(900);
            self.rest.read(&mut buffer[..most])
        }
    }
    let plaintext = text(3 * CHUNK + 5);
    let sealed = seal(&plaintext);
    let source = Pausing {
        rest: &sealed,
        calls: 0,
    };
    let mut reader = OpenReader::new(source, &key(), CONTEXT).expect("the prefix is there");
    let mut opened = Vec::<u8>::new();
    let mut piece = [0; 1000];
    let mut pauses = 0;
    loop {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => opened.extend(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => pauses += 1,
            Err(error) => panic!("after {pauses} pauses of the source: {error}"),
        }
        assert!(pauses < 1000, "the source goes on, and the reader does not");
    }
    assert!(opened == plaintext, "not what was sealed");
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
