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
    fs::File,
    io::{self, Cursor, Read, Write},
    mem,
};

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};

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
    /// The next nonce, as of a chunk that others follow.
    next: [u8; PREFIX + 5],
    chunk: u32,
}

impl Nonces {
    /// The nonces of the stream with this prefix, from chunk number `chunk` on.
    pub fn starting_at(prefix: [u8; PREFIX], chunk: u32) -> Self {
        let mut next = [0; PREFIX + 5];
        let (front, _) = next.split_at_mut(PREFIX);
        front.copy_from_slice(&prefix);
        Self { next, chunk }.numbered()
    }

    /// The nonce of the next chunk, if it is not the last one. The chunk after it has the next number.
    ///
    /// For chunk `u32::MAX`, and ever after, it is the error `TooLong`: no number is left for the chunk that would have
    /// to follow.
    pub fn more(&mut self) -> Result<XNonce, StreamError> {
        if self.chunk == u32::MAX {
            return Err(StreamError::TooLong);
        }
        let nonce = XNonce::from(self.next);
        *self = Self {
            next: self.next,
            chunk: self.chunk + 1,
        }
        .numbered();
        Ok(nonce)
    }

    /// The nonce of the next chunk, if it is the last one.
    pub fn last(mut self) -> XNonce {
        if let Some(flag) = self.next.last_mut() {
            *flag = 1;
        }
        XNonce::from(self.next)
    }

    fn numbered(mut self) -> Self {
        let number = self.chunk.to_be_bytes();
        self.next
            .iter_mut()
            .skip(PREFIX)
            .zip(number)
            .for_each(|(place, byte)| *place = byte);
        self
    }
}

/// Replaces the plaintext in `chunk` by its ciphertext and a tag, which also vouches for `context`.
pub fn seal_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let cipher = XChaCha20Poly1305::new(key);
    match cipher.encrypt_in_place(nonce, context, chunk) {
        Ok(()) => Ok(()),
        Err(_) => Err(StreamError::TooLong),
    }
}

/// Replaces the ciphertext and the tag in `chunk` by the plaintext. If the tag is not right, the error is `Forged`, and
/// `chunk` holds no plaintext.
pub fn open_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    let cipher = XChaCha20Poly1305::new(key);
    match cipher.decrypt_in_place(nonce, context, chunk) {
        Ok(()) => Ok(()),
        Err(_) => {
            chunk.clear();
            Err(StreamError::Forged)
        }
    }
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
    /// None once it has failed.
    sink: Option<W>,
    key: Key,
    context: Box<[u8]>,
    nonces: Nonces,
    chunk: Vec<u8>,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it. The stream will open with the same `key` and `context`
    /// only; the context is not stored.
    pub fn new(mut sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut prefix = [0; PREFIX];
        File::open("/dev/urandom")?.read_exact(&mut prefix)?;
        sink.write_all(&prefix)?;
        Ok(Self {
            sink: Some(sink),
            key: *key,
            context: context.into(),
            nonces: Nonces::starting_at(prefix, 0),
            chunk: Vec::new(),
        })
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    pub fn finish(self) -> io::Result<W> {
        let Self {
            sink,
            key,
            context,
            nonces,
            mut chunk,
        } = self;
        let mut sink = sink.ok_or(StreamError::Broken)?;
        seal_chunk(&key, &nonces.last(), &context, &mut chunk)?;
        sink.write_all(&chunk)?;
        sink.flush()?;
        Ok(sink)
    }

    /// Has `work` use the sink, which is gone if that fails or panics.
    fn with_sink(&mut self, work: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        let mut sink = self.sink.take().ok_or(StreamError::Broken)?;
        work(&mut sink)?;
        self.sink = Some(sink);
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.sink.is_none() {
            return Err(StreamError::Broken.into());
        }
        if plaintext.is_empty() {
            return Ok(0);
        }
        if self.chunk.len() >= CHUNK {
            // Something follows, so this chunk isn't the last.
            let nonce = self.nonces.more()?;
            let mut chunk = mem::take(&mut self.chunk);
            seal_chunk(&self.key, &nonce, &self.context, &mut chunk)?;
            self.with_sink(|sink| sink.write_all(&chunk))?;
            chunk.clear();
            self.chunk = chunk;
        }
        let room = CHUNK - self.chunk.len();
        let taken = plaintext.get(..room).unwrap_or(plaintext);
        self.chunk.extend_from_slice(taken);
        Ok(taken.len())
    }

    /// Flushes the sink. What does not fill a chunk yet stays here.
    fn flush(&mut self) -> io::Result<()> {
        self.with_sink(|sink| sink.flush())
    }
}

/// Reads the plaintext of a sealed stream. Of each chunk, it returns the plaintext after the tag has been checked, and
/// `Ok(0)` only after the last chunk, when there is nothing behind it. It keeps no more than about two chunks in
/// memory, and does not read much further ahead than that.
///
/// After the error `Forged` every further read is that error too.
pub struct OpenReader<R> {
    source: R,
    key: Key,
    context: Box<[u8]>,
    /// None when all has been opened, or nothing more can be.
    nonces: Option<Nonces>,
    /// The sealed chunk that is opened next, and the one behind it.
    current: Vec<u8>,
    behind: Vec<u8>,
    opened: Cursor<Vec<u8>>,
    first: bool,
    forged: bool,
}

/// Reads on until `chunk` is a full sealed chunk, or the source ends. What was read before an error is kept.
fn fill(source: &mut impl Read, chunk: &mut Vec<u8>) -> io::Result<()> {
    let missing = (CHUNK + TAG).saturating_sub(chunk.len());
    source.take(missing as u64).read_to_end(chunk)?;
    Ok(())
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    pub fn new(mut source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut prefix = [0; PREFIX];
        source
            .read_exact(&mut prefix)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => StreamError::Forged.into(),
                _ => error,
            })?;
        Ok(Self {
            source,
            key: *key,
            context: context.into(),
            nonces: Some(Nonces::starting_at(prefix, 0)),
            current: Vec::new(),
            behind: Vec::new(),
            opened: Cursor::default(),
            first: true,
            forged: false,
        })
    }

    /// Opens the next chunk, or finds out that there is none.
    fn advance(&mut self) -> io::Result<()> {
        fill(&mut self.source, &mut self.current)?;
        let full = self.current.len() == CHUNK + TAG;
        if full {
            fill(&mut self.source, &mut self.behind)?;
        }
        let is_last = self.behind.is_empty();
        // Only an empty plaintext has an empty chunk.
        let misplaced = is_last && !self.first && self.current.len() <= TAG;
        let outcome = match self.nonces.take() {
            Some(mut nonces) if !is_last => match nonces.more() {
                Ok(nonce) => {
                    self.nonces = Some(nonces);
                    self.open(&nonce)
                }
                Err(error) => {
                    self.nonces = Some(nonces);
                    return Err(error.into());
                }
            },
            Some(nonces) if !misplaced => self.open(&nonces.last()),
            _ => Err(StreamError::Forged),
        };
        self.forged = outcome.is_err();
        outcome?;
        self.current = mem::take(&mut self.behind);
        self.first = false;
        Ok(())
    }

    fn open(&mut self, nonce: &XNonce) -> Result<(), StreamError> {
        let mut chunk = mem::take(&mut self.current);
        open_chunk(&self.key, nonce, &self.context, &mut chunk)?;
        self.opened = Cursor::new(chunk);
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.forged {
                return Err(StreamError::Forged.into());
            }
            let count = self.opened.read(buffer)?;
            if count > 0 || buffer.is_empty() || self.nonces.is_none() {
                return Ok(count);
            }
            self.advance()?;
        }
    }
}
