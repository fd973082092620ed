//! What a sealed stream looks like, to the byte. Two programs that agree on it can be written by two people.

use std::{
    collections::HashSet,
    io::{Read, Write},
};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::{XChaCha20Poly1305, XNonce, aead::Payload};
use security_aead_stream::{
    CHUNK, Key, Nonces, OpenReader, PREFIX, SealWriter, StreamError, TAG, open_chunk, seal_chunk,
};

#[path = "support/streams.rs"]
mod streams;
use streams::{CONTEXT, key, open, seal, text};

/// Lengths around which programs go wrong: nothing, a little, and a byte more or less than full chunks.
const LENGTHS: [usize; 10] = [
    0,
    1,
    15,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    2 * CHUNK - 1,
    2 * CHUNK,
    2 * CHUNK + 1,
    5 * CHUNK + 700,
];

/// The place of a chunk is in its nonce, and the tag is computed with the nonce. That is all of STREAM: a chunk that is
/// moved has another nonce, and its tag is wrong there. The last byte does the same for "nothing comes after this".
#[test]
fn each_chunk_has_the_nonce_of_its_place() {
    let prefix: [u8; PREFIX] = std::array::from_fn(|at| 0xa0 + at as u8);
    let expected = |number: [u8; 4], last: u8| {
        let mut nonce = prefix.to_vec();
        nonce.extend(number);
        nonce.push(last);
        nonce
    };
    let mut nonces = Nonces::starting_at(prefix, 0);
    for number in 0..3 {
        let nonce = nonces.more().expect("three of four billion");
        assert_eq!(
            nonce.as_slice(),
            expected([0, 0, 0, number], 0),
            "the nonce of chunk {number}, with others to follow"
        );
    }
    assert_eq!(
        nonces.last().as_slice(),
        expected([0, 0, 0, 3], 1),
        "the nonce of chunk 3, the last one"
    );
    assert_eq!(
        Nonces::starting_at(prefix, 0x0102_0304).last().as_slice(),
        expected([1, 2, 3, 4], 1),
        "numbers are big-endian"
    );
}

/// A counter that overflows begins again at 0, with nonces that were used. Whoever has two ciphertexts of one nonce
/// has the XOR of the plaintexts, and can forge tags. Four billion chunks of 4 KiB are 16 TiB: not much for a disk.
#[test]
fn the_count_never_comes_round() {
    let mut nonces = Nonces::starting_at([7; PREFIX], u32::MAX - 2);
    for number in [u32::MAX - 2, u32::MAX - 1] {
        let nonce = nonces.more().expect("there are numbers left");
        assert_eq!(nonce[PREFIX..PREFIX + 4], number.to_be_bytes());
    }
    for call in 1..=3 {
        assert_eq!(
            nonces.more(),
            Err(StreamError::TooLong),
            "call {call} after the last number that another one follows"
        );
    }
    assert_eq!(
        nonces.last()[PREFIX..],
        [0xff, 0xff, 0xff, 0xff, 1],
        "the last number is for the last chunk, and asking for more must not use it up"
    );
}

/// The vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1. It covers the cipher below a single chunk. Nobody has published
/// vectors for STREAM over this cipher; the next tests compare with another implementation instead.
#[test]
fn a_chunk_is_sealed_as_in_the_published_vector() {
    let key = Key::from(std::array::from_fn::<u8, 32, _>(|at| 0x80 + at as u8));
    let nonce = XNonce::from(std::array::from_fn::<u8, 24, _>(|at| 0x40 + at as u8));
    let context = hex("50515253c0c1c2c3c4c5c6c7");
    let plaintext: &[u8] = b"Ladies and Gentlemen of the class of '99: \
        If I could offer you only one tip for the future, sunscreen would be it.";
    let sealed = hex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
         731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
         2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
         21f9664c97637da9768812f615c68b13b52e\
         c0875924c1c7987947deafd8780acf49",
    );
    let mut chunk = plaintext.to_vec();
    assert_eq!(seal_chunk(&key, &nonce, &context, &mut chunk), Ok(()));
    assert_eq!(chunk, sealed, "not the ciphertext and tag of the vector");
    assert_eq!(open_chunk(&key, &nonce, &context, &mut chunk), Ok(()));
    assert_eq!(chunk, plaintext, "not the plaintext of the vector");

    let refused = |nonce: XNonce, context: &[u8], mut chunk: Vec<u8>, what: &str| {
        let opened = open_chunk(&key, &nonce, context, &mut chunk);
        assert_eq!(opened, Err(StreamError::Forged), "{what} was accepted");
        assert!(
            !chunk.windows(9).any(|part| part == b"Gentlemen"),
            "{what} was refused, and its plaintext released"
        );
    };
    let mut other = nonce;
    other[23] ^= 1;
    refused(other, &context, sealed.clone(), "another nonce");
    refused(nonce, b"", sealed.clone(), "another context");
    for length in [0, 15, 16, sealed.len() - 1] {
        refused(nonce, &context, sealed[..length].to_vec(), "a short chunk");
    }
    for at in [0, 60, 114, 129] {
        let mut changed = sealed.clone();
        changed[at] ^= 0x80;
        refused(nonce, &context, changed, "a changed byte");
    }
}

/// The crate `aead-stream` is RustCrypto's implementation of STREAM. What is sealed here opens there, chunk by chunk.
#[test]
fn another_implementation_opens_what_is_sealed() {
    for length in LENGTHS {
        let sealed = seal(&text(length));
        let (prefix, mut rest) = sealed
            .split_first_chunk::<PREFIX>()
            .expect("a stream begins with its prefix");
        let mut other = DecryptorBE32::<XChaCha20Poly1305>::new(&key(), &(*prefix).into());
        let mut plaintext = Vec::new();
        while rest.len() > CHUNK + TAG {
            let (msg, following) = rest.split_at(CHUNK + TAG);
            let chunk = other.decrypt_next(Payload { msg, aad: CONTEXT });
            plaintext.extend(chunk.unwrap_or_else(|_| {
                panic!(
                    "of {length} bytes, the chunk at {} is not what it should be",
                    plaintext.len()
                )
            }));
            rest = following;
        }
        let payload = Payload {
            msg: rest,
            aad: CONTEXT,
        };
        let last = other.decrypt_last(payload);
        plaintext.extend(last.unwrap_or_else(|_| {
            panic!("of {length} bytes, the last chunk is not what it should be")
        }));
        assert!(plaintext == text(length), "{length} bytes came out wrong");
    }
}

/// And what is sealed there opens here.
#[test]
fn opens_what_another_implementation_seals() {
    for length in LENGTHS {
        let plaintext = text(length);
        let prefix = [0x19; PREFIX];
        let mut other = EncryptorBE32::<XChaCha20Poly1305>::new(&key(), &prefix.into());
        let mut sealed = prefix.to_vec();
        let mut rest = plaintext.as_slice();
        while rest.len() > CHUNK {
            let (msg, following) = rest.split_at(CHUNK);
            let chunk = other.encrypt_next(Payload { msg, aad: CONTEXT });
            sealed.extend(chunk.expect("room for a chunk"));
            rest = following;
        }
        let payload = Payload {
            msg: rest,
            aad: CONTEXT,
        };
        sealed.extend(other.encrypt_last(payload).expect("room for a chunk"));
        let opened = open(&sealed)
            .unwrap_or_else(|error| panic!("a valid stream of {length} bytes: {error}"));
        assert!(opened == plaintext, "{length} bytes came out wrong");
    }
}

/// A plaintext of exactly two chunks is two chunks, the second of them marked as the last. A writer that sends off a
/// chunk as soon as it is full finds out too late that it was the last, and has to add an empty one.
#[test]
fn the_last_chunk_may_be_full() {
    for (length, chunks) in [
        (0, 1),
        (1, 1),
        (CHUNK, 1),
        (CHUNK + 1, 2),
        (2 * CHUNK, 2),
        (4 * CHUNK, 4),
    ] {
        let sealed = seal(&text(length));
        assert_eq!(
            sealed.len(),
            PREFIX + length + chunks * TAG,
            "{length} bytes should be sealed as {chunks} chunk(s)"
        );
        let opened =
            open(&sealed).unwrap_or_else(|error| panic!("a stream of {length} bytes: {error}"));
        assert!(opened == text(length), "{length} bytes came out wrong");
    }
}

/// The pieces in which the plaintext comes and goes leave no trace, and neither does a flush in between: the chunks
/// would not have their length, and the reader would not find them.
#[test]
fn pieces_and_flushes_leave_no_trace() {
    let plaintext = text(3 * CHUNK + 33);
    for size in [1, 7, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5] {
        let mut writer = SealWriter::new(Vec::new(), &key(), CONTEXT).expect("a writer");
        for piece in plaintext.chunks(size) {
            writer.write_all(piece).expect("a Vec takes everything");
            writer.flush().expect("a Vec is flushed");
        }
        let sealed = writer.finish().expect("a Vec takes everything");
        assert_eq!(
            sealed.len(),
            PREFIX + plaintext.len() + 4 * TAG,
            "written and flushed in pieces of {size} bytes"
        );
        let mut reader = OpenReader::new(sealed.as_slice(), &key(), CONTEXT).expect("a reader");
        let mut opened = Vec::<u8>::new();
        let mut piece = vec![0; size];
        loop {
            match reader.read(&mut piece).expect("a valid stream") {
                0 => break,
                count => opened.extend(&piece[..count]),
            }
        }
        assert!(opened == plaintext, "in pieces of {size} bytes");
    }
}

/// A prefix that is not random (zero, the time, a digest of the name) comes twice one day, and with it all its nonces:
/// of two versions of a backup, everybody who can read both files has the XOR.
#[test]
fn no_two_streams_share_a_nonce() {
    let plaintext = text(100);
    let streams: Vec<Vec<u8>> = (0..64).map(|_| seal(&plaintext)).collect();
    let prefixes: HashSet<&[u8]> = streams.iter().map(|stream| &stream[..PREFIX]).collect();
    assert_eq!(prefixes.len(), 64, "64 streams should have 64 prefixes");
    let bodies: HashSet<&[u8]> = streams.iter().map(|stream| &stream[PREFIX..]).collect();
    assert_eq!(
        bodies.len(),
        64,
        "the prefixes differ, and the ciphertexts of one plaintext do not"
    );
    for place in 0..PREFIX {
        let values: HashSet<u8> = streams.iter().map(|stream| stream[place]).collect();
        assert!(
            values.len() > 1,
            "byte {place} of the prefix is the same in all 64 streams, so it is not random"
        );
    }
}

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}
