//! What somebody can do to a stream who has no key. All of it must be noticed, and nothing handed out that was not checked.

use std::io::{Read, Write};

use security_aead_stream::{CHUNK, Key, OpenReader, PREFIX, SealWriter, TAG};

#[path = "support/streams.rs"]
mod streams;
use streams::{CONTEXT, key, open, place, seal, text};

/// Fails if `sealed` opens as if nothing were wrong.
#[track_caller]
fn refused(sealed: &[u8], what: &str) {
    if let Ok(plaintext) = open(sealed) {
        panic!(
            "{what}: read as a complete stream of {} bytes",
            plaintext.len()
        );
    }
}

/// The attack that a tag on each chunk does not see: every chunk that is left is genuine. The last one must say that
/// it is the last.
#[test]
fn a_stream_cut_between_chunks_is_refused() {
    let sealed = seal(&text(4 * CHUNK));
    assert!(open(&sealed).is_ok(), "the stream itself is valid");
    for chunks in (0..4).rev() {
        refused(
            &sealed[..place(chunks).start],
            &format!("cut after {chunks} of 4 chunks"),
        );
    }
}

/// Everywhere else: in the prefix, in a chunk, in a tag, and one byte before the end.
#[test]
fn a_stream_cut_anywhere_is_refused() {
    let sealed = seal(&text(2 * CHUNK + 50));
    let first = place(0);
    for length in [
        0,
        1,
        PREFIX - 1,
        PREFIX,
        PREFIX + 1,
        PREFIX + TAG,
        first.end - TAG,
        first.end - 1,
        first.end + 1,
        first.end + TAG,
        sealed.len() - TAG,
        sealed.len() - 1,
    ] {
        refused(
            &sealed[..length],
            &format!("{length} of {} bytes", sealed.len()),
        );
    }
}

/// A program that fails half-way drops its writer, perhaps while it unwinds. If that finished the stream, half a backup
/// would look like a whole one.
#[test]
fn an_unfinished_stream_is_refused() {
    for length in [0, 10, CHUNK, 2 * CHUNK + 10] {
        let mut sealed = Vec::new();
        let mut writer = SealWriter::new(&mut sealed, &key(), CONTEXT).expect("a writer");
        writer
            .write_all(&text(length))
            .expect("a Vec takes everything");
        drop(writer);
        refused(
            &sealed,
            &format!("{length} bytes written and the writer dropped"),
        );
    }
}

/// Chunks that are genuine, in places that are not theirs.
#[test]
fn chunks_in_other_places_are_refused() {
    let sealed = seal(&text(4 * CHUNK));
    let other = seal(&text(4 * CHUNK));
    let prefix = &sealed[..PREFIX];
    let chunk = |number| &sealed[place(number)];
    for (what, chunks) in [
        (
            "two chunks swapped",
            vec![chunk(1), chunk(0), chunk(2), chunk(3)],
        ),
        ("a chunk left out", vec![chunk(0), chunk(2), chunk(3)]),
        (
            "the first chunk left out",
            vec![chunk(1), chunk(2), chunk(3)],
        ),
        (
            "a chunk repeated",
            vec![chunk(0), chunk(1), chunk(1), chunk(2), chunk(3)],
        ),
        ("the last chunk moved up", vec![chunk(0), chunk(3)]),
        (
            "the last chunk twice",
            vec![chunk(0), chunk(1), chunk(2), chunk(3), chunk(3)],
        ),
        (
            "a chunk of another stream with the same key",
            vec![chunk(0), &other[place(1)], chunk(2), chunk(3)],
        ),
        (
            "another stream appended",
            vec![chunk(0), chunk(1), chunk(2), chunk(3), &other],
        ),
        (
            "the prefix of another stream",
            vec![&other[..PREFIX], chunk(0)],
        ),
    ] {
        refused(&[prefix, &chunks.concat()].concat(), what);
    }
}

/// After the last chunk comes the end, not "whatever, it isn't ours". One byte is enough, behind a last chunk of any
/// length.
#[test]
fn appended_bytes_are_refused() {
    for length in [0, 9, CHUNK - 1, CHUNK, 2 * CHUNK] {
        for extra in [1, TAG, CHUNK, CHUNK + TAG, 3 * CHUNK] {
            let mut sealed = seal(&text(length));
            sealed.resize(sealed.len() + extra, 0);
            refused(
                &sealed,
                &format!("{length} bytes sealed, and {extra} bytes appended"),
            );
        }
    }
}

/// A changed bit anywhere, also in the prefix.
#[test]
fn changed_bits_are_refused() {
    let sealed = seal(&text(2 * CHUNK + 50));
    for at in [
        0,
        PREFIX - 1,
        PREFIX,
        place(0).end - TAG,
        place(0).end - 1,
        place(1).start,
        place(2).start,
        sealed.len() - 1,
    ] {
        let mut changed = sealed.clone();
        changed[at] ^= 0x10;
        refused(
            &changed,
            &format!("a bit changed in byte {at} of {}", sealed.len()),
        );
    }
}

/// The context says what a stream is for. A genuine backup of last year, put in the place of this year's, has another.
#[test]
fn another_key_or_context_is_refused() {
    let sealed = seal(&text(100));
    for (what, key, context) in [
        ("another key", Key::from([0x43; 32]), CONTEXT),
        ("another context", key(), b"backup of 2025-11-22".as_slice()),
        ("no context", key(), b"".as_slice()),
    ] {
        let mut plaintext = Vec::new();
        let read = OpenReader::new(sealed.as_slice(), &key, context)
            .and_then(|mut reader| reader.read_to_end(&mut plaintext));
        assert!(read.is_err(), "opened with {what}");
        assert!(
            plaintext.is_empty(),
            "{what}: refused, after some of the plaintext had been returned"
        );
    }
}

/// Chunks that were checked are returned before the stream is read to its end: that is what chunks are for. So the
/// error comes late, and it must come: once the reader has failed, "0 bytes, the end" would make the damage look like
/// the end of a shorter file to whoever reads on.
#[test]
fn only_checked_chunks_come_out_and_the_error_stays() {
    let plaintext = text(5 * CHUNK);
    let mut sealed = seal(&plaintext);
    sealed[place(2).start + 100] ^= 1;
    let mut reader =
        OpenReader::new(sealed.as_slice(), &key(), CONTEXT).expect("the prefix is there");
    let mut opened = Vec::<u8>::new();
    let mut piece = [0; 1000];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => panic!("the stream is damaged, and the reader reported its end"),
            Ok(count) => opened.extend(&piece[..count]),
            Err(_) => break,
        }
    }
    assert_eq!(
        opened.len(),
        2 * CHUNK,
        "chunk 2 is damaged, so chunks 0 and 1 should have come out"
    );
    assert!(opened == plaintext[..2 * CHUNK], "not what was sealed");
    for call in 1..=3 {
        let after = reader.read(&mut piece);
        assert!(
            after.is_err(),
            "call {call} after the error returned {after:?}, as if the damage were gone"
        );
    }
}
