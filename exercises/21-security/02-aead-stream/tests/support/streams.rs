//! Plaintexts, and streams of them.

use std::{
    io::{self, Read, Write},
    ops::Range,
};

use security_aead_stream::{CHUNK, Key, OpenReader, PREFIX, SealWriter, TAG};

pub const CONTEXT: &[u8] = b"backup of 2026-11-22";

/// A plaintext in which no two chunks are alike.
pub fn text(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at % 251) as u8 ^ (at / CHUNK) as u8)
        .collect()
}

pub fn key() -> Key {
    Key::from([0x42; 32])
}

pub fn seal(plaintext: &[u8]) -> Vec<u8> {
    let mut writer = SealWriter::new(Vec::new(), &key(), CONTEXT).expect("a Vec takes everything");
    writer.write_all(plaintext).expect("a Vec takes everything");
    writer.finish().expect("a Vec takes everything")
}

pub fn open(sealed: &[u8]) -> io::Result<Vec<u8>> {
    let mut plaintext = Vec::new();
    OpenReader::new(sealed, &key(), CONTEXT)?.read_to_end(&mut plaintext)?;
    Ok(plaintext)
}

/// Where chunk `number` is in a sealed stream, with its tag, if it is a full one.
#[allow(dead_code, reason = "no test file needs all of it")]
pub fn place(number: usize) -> Range<usize> {
    let start = PREFIX + number * (CHUNK + TAG);
    start..start + CHUNK + TAG
}
