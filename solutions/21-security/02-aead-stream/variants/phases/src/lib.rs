//! Files of any length, sealed chunk by chunk: the STREAM construction over XChaCha20-Poly1305.
//!
//! A sealed stream is a random prefix of [`PREFIX`] bytes and then its chunks, one at least. Each chunk holds [`CHUNK`]
//! bytes, the last one what is left of them: between 1 and [`CHUNK`] bytes, and none only if the whole plaintext is
//! empty. Each is followed by its tag of [`TAG`] bytes. The nonce of a chunk tells its place:
//!
//! ```text
//! prefix, 19 bytes | number of the chunk from 0, big-endian, 4 bytes | 1 for the last chunk, else 0
//! ```

use std::io::{self, BufRead, Read, Write};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

pub use chacha20poly1305::Key;

/// How many bytes of plaintext there are in every chunk but the last.
pub const CHUNK: usize = 4096;

/// How many bytes longer than its plaintext a sealed chunk is.
pub const TAG: usize = 16;

/// How many random bytes a stream begins with.
pub const PREFIX: usize = 19;

/// What can be wrong with a stream, apart from the I/O.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// A chunk is not what was sealed with this key, in this context, at this place. Nothing more can be known: it may
    /// be damaged, forged, moved from elsewhere, or the stream is cut.
    #[error("the stream is damaged, incomplete, or not for this key and context")]
    Forged,
    /// There is no unused nonce for another chunk.
    #[error("the stream is too long")]
    TooLong,
    /// A chunk could not be written, and whatever follows it would not make a stream.
    #[error("the stream is broken since an earlier error")]
    Broken,
}

impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> Self {
        let kind = match error {
            StreamError::Forged => io::ErrorKind::InvalidData,
            StreamError::TooLong => io::ErrorKind::FileTooLarge,
            StreamError::Broken => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// The nonces of a stream, in order, each of them once.
#[derive(Debug)]
pub struct Nonces {
    prefix: [u8; PREFIX],
    /// One more than 32 bits never shows: it is the number after the last one.
    chunk: u64,
}

impl Nonces {
    /// The nonces of the stream with this prefix, from chunk number `chunk` on.
    pub fn starting_at(prefix: [u8; PREFIX], chunk: u32) -> Self {
        Self {
            prefix,
            chunk: u64::from(chunk),
        }
    }

    /// The nonce of the next chunk, if it is not the last one. The chunk after it has the next number.
    ///
    /// For chunk `u32::MAX`, and ever after, it is the error `TooLong`: no number is left for the chunk that would have
    /// to follow.
    pub fn more(&mut self) -> Result<XNonce, StreamError> {
        if self.chunk >= u64::from(u32::MAX) {
            return Err(StreamError::TooLong);
        }
        let nonce = nonce(&self.prefix, self.chunk, 0);
        self.chunk += 1;
        Ok(nonce)
    }

    /// The nonce of the next chunk, if it is the last one.
    pub fn last(self) -> XNonce {
        nonce(&self.prefix, self.chunk, 1)
    }
}

fn nonce(prefix: &[u8; PREFIX], chunk: u64, last: u8) -> XNonce {
    let [.., a, b, c, d] = chunk.to_be_bytes();
    let mut bytes = XNonce::default();
    let parts = prefix.iter().copied().chain([a, b, c, d, last]);
    bytes
        .iter_mut()
        .zip(parts)
        .for_each(|(place, byte)| *place = byte);
    bytes
}

/// Replaces the plaintext in `chunk` by its ciphertext and a tag, which also vouches for `context`.
pub fn seal_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let payload = Payload {
        msg: chunk,
        aad: context,
    };
    let sealed = XChaCha20Poly1305::new(key).encrypt(nonce, payload);
    *chunk = sealed.map_err(|_| StreamError::TooLong)?;
    Ok(())
}

/// Replaces the ciphertext and the tag in `chunk` by the plaintext. If the tag is not right, the error is `Forged`, and
/// `chunk` holds no plaintext.
pub fn open_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let payload = Payload {
        msg: chunk,
        aad: context,
    };
    // Where it fails, the ciphertext stays as it was.
    let plain = XChaCha20Poly1305::new(key).decrypt(nonce, payload);
    *chunk = plain.map_err(|_| StreamError::Forged)?;
    Ok(())
}

/// What both directions know of a stream.
struct Seals {
    key: Key,
    context: Vec<u8>,
}

/// How it stands with a writer.
enum Writing {
    Fine,
    Broken,
}

/// Seals what is written to it. Only [`finish`](Self::finish) makes a complete stream: one that is dropped before, by
/// an early return or a panic, is refused by every reader.
///
/// After an error of the sink the stream is broken: every further call returns `Broken` and leaves the sink alone.
///
/// Where the chunks end depends on [`CHUNK`] alone, not on how the plaintext was handed over. The writer passes a
/// chunk on as soon as it knows that another byte follows.
#[must_use = "a stream that is not finished is refused by its readers"]
pub struct SealWriter<W> {
    sink: W,
    seals: Seals,
    nonces: Nonces,
    held: Vec<u8>,
    state: Writing,
}

fn random_prefix() -> io::Result<[u8; PREFIX]> {
    let mut prefix = [0; PREFIX];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut prefix)?;
    Ok(prefix)
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it. The stream will open with the same `key` and `context`
    /// only; the context is not stored.
    pub fn new(mut sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let prefix = random_prefix()?;
        sink.write_all(&prefix)?;
        let seals = Seals {
            key: *key,
            context: context.to_owned(),
        };
        let nonces = Nonces::starting_at(prefix, 0);
        Ok(Self {
            sink,
            seals,
            nonces,
            held: Vec::new(),
            state: Writing::Fine,
        })
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.check()?;
        let nonce = self.nonces.last();
        seal_chunk(&self.seals.key, &nonce, &self.seals.context, &mut self.held)?;
        self.sink.write_all(&self.held)?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    fn check(&self) -> Result<(), StreamError> {
        match self.state {
            Writing::Fine => Ok(()),
            Writing::Broken => Err(StreamError::Broken),
        }
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        self.check()?;
        if plaintext.is_empty() {
            return Ok(0);
        }
        if self.held.len() == CHUNK {
            let nonce = self.nonces.more()?;
            self.state = Writing::Broken;
            seal_chunk(&self.seals.key, &nonce, &self.seals.context, &mut self.held)?;
            self.sink.write_all(&self.held)?;
            self.held.clear();
            self.state = Writing::Fine;
        }
        let before = self.held.len();
        self.held.extend(plaintext.iter().take(CHUNK - before));
        Ok(self.held.len() - before)
    }

    /// Flushes the sink. What does not fill a chunk yet stays here.
    fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        let outcome = self.sink.flush();
        if outcome.is_err() {
            self.state = Writing::Broken;
        }
        outcome
    }
}

/// How far a reader is.
enum Phase {
    /// Chunks are to come.
    Reading(Nonces),
    /// The last chunk was opened.
    AtEnd,
    /// Something was not right.
    Forged,
}

/// Reads the plaintext of a sealed stream. Of each chunk, it returns the plaintext after the tag has been checked, and
/// `Ok(0)` only after the last chunk, when there is nothing behind it. It keeps no more than about two chunks in
/// memory, and does not read much further ahead than that.
///
/// After the error `Forged` every further read is that error too.
pub struct OpenReader<R> {
    source: R,
    seals: Seals,
    phase: Phase,
    sealed: Vec<u8>,
    /// Checked plaintext that was not handed out yet.
    plain: io::Cursor<Vec<u8>>,
    first: bool,
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    pub fn new(mut source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut start = Vec::new();
        source
            .by_ref()
            .take(PREFIX as u64)
            .read_to_end(&mut start)?;
        let Ok(prefix) = <[u8; PREFIX]>::try_from(start) else {
            return Err(StreamError::Forged.into());
        };
        Ok(Self {
            source,
            seals: Seals {
                key: *key,
                context: context.to_owned(),
            },
            phase: Phase::Reading(Nonces::starting_at(prefix, 0)),
            sealed: Vec::new(),
            plain: io::Cursor::new(Vec::new()),
            first: true,
        })
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(buffer.len());
        for (place, byte) in buffer.iter_mut().zip(ready) {
            *place = *byte;
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for OpenReader<R> {
    /// Checked plaintext; nothing at the end.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if matches!(self.phase, Phase::Forged) {
            return Err(StreamError::Forged.into());
        }
        if self.plain.fill_buf()?.is_empty()
            && let Phase::Reading(nonces) = &mut self.phase
        {
            // A chunk, its tag, and one byte to see whether another one follows.
            let full = CHUNK + TAG;
            let missing = (full + 1).saturating_sub(self.sealed.len());
            self.source
                .by_ref()
                .take(missing as u64)
                .read_to_end(&mut self.sealed)?;
            let extra = if self.sealed.len() > full {
                self.sealed.pop()
            } else {
                None
            };
            let (nonce, next) = match extra {
                Some(_) => match nonces.more() {
                    Ok(nonce) => {
                        let Nonces { prefix, chunk } = *nonces;
                        (nonce, Phase::Reading(Nonces { prefix, chunk }))
                    }
                    Err(error) => {
                        self.sealed.extend(extra);
                        return Err(error.into());
                    }
                },
                None => {
                    let Nonces { prefix, chunk } = *nonces;
                    (Nonces { prefix, chunk }.last(), Phase::AtEnd)
                }
            };
            self.phase = Phase::Forged;
            let mut chunk = std::mem::replace(&mut self.sealed, extra.into_iter().collect());
            open_chunk(&self.seals.key, &nonce, &self.seals.context, &mut chunk)?;
            if chunk.is_empty() && !self.first {
                return Err(StreamError::Forged.into());
            }
            self.first = false;
            self.plain = io::Cursor::new(chunk);
            self.phase = next;
        }
        self.plain.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.plain.consume(count);
    }
}
