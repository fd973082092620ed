//! Files of any length, sealed chunk by chunk: the STREAM construction over XChaCha20-Poly1305.
//!
//! A sealed stream is a random prefix of [`PREFIX`] bytes and then its chunks, one at least. Each chunk holds [`CHUNK`]
//! bytes, the last one what is left of them: between 1 and [`CHUNK`] bytes, and none only if the whole plaintext is
//! empty. Each is followed by its tag of [`TAG`] bytes. The nonce of a chunk tells its place:
//!
//! ```text
//! prefix, 19 bytes | number of the chunk from 0, big-endian, 4 bytes | 1 for the last chunk, else 0
//! ```

use std::{
    io::{self, Read, Write},
    marker::PhantomData,
};

use chacha20poly1305::XNonce;

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
pub struct Nonces {}

impl Nonces {
    /// The nonces of the stream with this prefix, from chunk number `chunk` on.
    pub fn starting_at(prefix: [u8; PREFIX], chunk: u32) -> Self {
        todo!("keep {prefix:?} and {chunk}")
    }

    /// The nonce of the next chunk, if it is not the last one. The chunk after it has the next number.
    ///
    /// For chunk `u32::MAX`, and ever after, it is the error `TooLong`: no number is left for the chunk that would have
    /// to follow.
    pub fn more(&mut self) -> Result<XNonce, StreamError> {
        todo!("the nonce of this chunk, and count on")
    }

    /// The nonce of the next chunk, if it is the last one.
    pub fn last(self) -> XNonce {
        todo!("the nonce of this chunk, marked as the last")
    }
}

/// Replaces the plaintext in `chunk` by its ciphertext and a tag, which also vouches for `context`.
pub fn seal_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let _ = (key, nonce, context);
    todo!("seal {} bytes within {}", chunk.len(), chunk.capacity())
}

/// Replaces the ciphertext and the tag in `chunk` by the plaintext. If the tag is not right, the error is `Forged`, and
/// `chunk` holds no plaintext.
pub fn open_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let _ = (key, nonce, context);
    todo!("open {} bytes within {}", chunk.len(), chunk.capacity())
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
    sink: PhantomData<W>,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it. The stream will open with the same `key` and `context`
    /// only; the context is not stored.
    pub fn new(sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let _ = (sink, key, context);
        todo!("write a random prefix")
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    pub fn finish(self) -> io::Result<W> {
        let _ = self.sink;
        todo!("seal and write the last chunk")
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        todo!("take some of {} bytes", plaintext.len())
    }

    /// Flushes the sink. What does not fill a chunk yet stays here.
    fn flush(&mut self) -> io::Result<()> {
        todo!("flush the sink")
    }
}

/// Reads the plaintext of a sealed stream. Of each chunk, it returns the plaintext after the tag has been checked, and
/// `Ok(0)` only after the last chunk, when there is nothing behind it. It keeps no more than about two chunks in
/// memory, and does not read much further ahead than that.
///
/// After the error `Forged` every further read is that error too.
pub struct OpenReader<R> {
    source: PhantomData<R>,
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    pub fn new(source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let _ = (source, key, context);
        todo!("read the prefix")
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let _ = self.source;
        todo!("return up to {} bytes of checked plaintext", buffer.len())
    }
}
