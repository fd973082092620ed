//! Files of any length, sealed chunk by chunk: the STREAM construction over XChaCha20-Poly1305.
//!
//! A sealed stream is a random prefix of [`PREFIX`] bytes and then its chunks, one at least. Each chunk holds [`CHUNK`]
//! bytes, the last one what is left of them: between 1 and [`CHUNK`] bytes, and none only if the whole plaintext is
//! empty. Each is followed by its tag of [`TAG`] bytes. The nonce of a chunk tells its place:
//!
//! ```text
//! prefix, 19 bytes | number of the chunk from 0, big-endian, 4 bytes | 1 for the last chunk, else 0
//! ```

use std::io::{self, Read, Write};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, Generate},
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
    /// The number of the next chunk.
    chunk: u32,
}

impl Nonces {
    /// The nonces of the stream with this prefix, from chunk number `chunk` on.
    pub fn starting_at(prefix: [u8; PREFIX], chunk: u32) -> Self {
        Self { prefix, chunk }
    }

    /// The nonce of the next chunk, if it is not the last one. The chunk after it has the next number.
    ///
    /// For chunk `u32::MAX`, and ever after, it is the error `TooLong`: no number is left for the chunk that would have
    /// to follow.
    pub fn more(&mut self) -> Result<XNonce, StreamError> {
        let following = self.chunk.checked_add(1).ok_or(StreamError::TooLong)?;
        let nonce = self.nonce(0);
        self.chunk = following;
        Ok(nonce)
    }

    /// The nonce of the next chunk, if it is the last one.
    pub fn last(self) -> XNonce {
        self.nonce(1)
    }

    fn nonce(&self, last: u8) -> XNonce {
        let mut nonce = [0; PREFIX + 5];
        let bytes = self
            .prefix
            .into_iter()
            .chain(self.chunk.to_be_bytes())
            .chain([last]);
        for (place, byte) in nonce.iter_mut().zip(bytes) {
            *place = byte;
        }
        nonce.into()
    }
}

/// Replaces the plaintext in `chunk` by its ciphertext and a tag, which also vouches for `context`.
pub fn seal_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    // It can only be too long for the cipher: 256 GB.
    XChaCha20Poly1305::new(key)
        .encrypt_in_place(nonce, context, chunk)
        .map_err(|_| StreamError::TooLong)
}

/// Replaces the ciphertext and the tag in `chunk` by the plaintext. If the tag is not right, the error is `Forged`, and
/// `chunk` holds no plaintext.
pub fn open_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    XChaCha20Poly1305::new(key)
        .decrypt_in_place(nonce, context, chunk)
        .map_err(|_| {
            chunk.clear();
            StreamError::Forged
        })
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
    key: Key,
    context: Vec<u8>,
    nonces: Nonces,
    /// The plaintext of the next chunk. A full one waits for the byte after it.
    chunk: Vec<u8>,
    /// The sink failed, or is at work and may yet panic.
    broken: bool,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it. The stream will open with the same `key` and `context`
    /// only; the context is not stored.
    pub fn new(mut sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let random = XNonce::try_generate().map_err(|error| io::Error::other(error.to_string()))?;
        let mut prefix = [0; PREFIX];
        for (place, byte) in prefix.iter_mut().zip(random) {
            *place = byte;
        }
        sink.write_all(&prefix)?;
        Ok(Self {
            sink,
            key: *key,
            context: context.to_vec(),
            nonces: Nonces::starting_at(prefix, 0),
            chunk: Vec::with_capacity(CHUNK + TAG),
            broken: false,
        })
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        if self.broken {
            return Err(StreamError::Broken.into());
        }
        let nonce = self.nonces.last();
        seal_chunk(&self.key, &nonce, &self.context, &mut self.chunk)?;
        self.sink.write_all(&self.chunk)?;
        Ok(self.sink)
    }

    /// Seals and writes the full chunk that something follows.
    fn pass_on(&mut self) -> io::Result<()> {
        let nonce = self.nonces.more()?;
        self.broken = true;
        seal_chunk(&self.key, &nonce, &self.context, &mut self.chunk)?;
        self.sink.write_all(&self.chunk)?;
        self.chunk.clear();
        self.broken = false;
        Ok(())
    }
}

/// Flushes a sink, also if a signal gets in between.
fn flush(sink: &mut impl Write) -> io::Result<()> {
    loop {
        match sink.flush() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(StreamError::Broken.into());
        }
        let mut rest = plaintext;
        while !rest.is_empty() {
            if self.chunk.len() == CHUNK {
                match self.pass_on() {
                    Ok(()) => {}
                    // What was taken before still has its place in the stream.
                    Err(_) if !self.broken && rest.len() < plaintext.len() => break,
                    Err(error) => return Err(error),
                }
            }
            let room = CHUNK.saturating_sub(self.chunk.len()).min(rest.len());
            let (taken, left) = rest
                .split_at_checked(room)
                .unwrap_or((rest, Default::default()));
            self.chunk.extend_from_slice(taken);
            rest = left;
        }
        Ok(plaintext.len() - rest.len())
    }

    /// Flushes the sink. What does not fill a chunk yet stays here.
    fn flush(&mut self) -> io::Result<()> {
        if self.broken {
            return Err(StreamError::Broken.into());
        }
        self.broken = true;
        flush(&mut self.sink)?;
        self.broken = false;
        Ok(())
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
    context: Vec<u8>,
    /// None after the last chunk.
    nonces: Option<Nonces>,
    /// A sealed chunk and the first byte of the one behind it, as far as they were read.
    sealed: Vec<u8>,
    /// A chunk that was opened.
    plain: Vec<u8>,
    /// How much of it was handed out.
    given: usize,
    /// Whether any chunk was opened.
    begun: bool,
    forged: bool,
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    pub fn new(mut source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut prefix = Vec::with_capacity(PREFIX);
        source
            .by_ref()
            .take(PREFIX as u64)
            .read_to_end(&mut prefix)?;
        let prefix: [u8; PREFIX] = prefix.try_into().map_err(|_| StreamError::Forged)?;
        Ok(Self {
            source,
            key: *key,
            context: context.to_vec(),
            nonces: Some(Nonces::starting_at(prefix, 0)),
            sealed: Vec::with_capacity(CHUNK + TAG + 1),
            plain: Vec::with_capacity(CHUNK + TAG + 1),
            given: 0,
            begun: false,
            forged: false,
        })
    }

    /// Reads and opens a chunk.
    fn next_chunk(&mut self) -> io::Result<()> {
        let most = CHUNK + TAG + 1;
        let missing = most.saturating_sub(self.sealed.len());
        // What was read before an error stays in `sealed`.
        self.source
            .by_ref()
            .take(missing as u64)
            .read_to_end(&mut self.sealed)?;
        let is_last = self.sealed.len() < most;
        let nonce = if is_last {
            let is_empty = self.sealed.len() <= TAG;
            match self.nonces.take() {
                Some(nonces) if !(is_empty && self.begun) => nonces.last(),
                _ => {
                    self.forged = true;
                    return Err(StreamError::Forged.into());
                }
            }
        } else {
            match &mut self.nonces {
                Some(nonces) => nonces.more()?,
                None => return Err(StreamError::Forged.into()),
            }
        };
        let ahead = if is_last { None } else { self.sealed.pop() };
        self.plain.clear();
        self.given = 0;
        std::mem::swap(&mut self.sealed, &mut self.plain);
        self.sealed.extend(ahead);
        self.begun = true;
        if let Err(error) = open_chunk(&self.key, &nonce, &self.context, &mut self.plain) {
            self.forged = true;
            return Err(error.into());
        }
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.forged {
            return Err(StreamError::Forged.into());
        }
        while self.given >= self.plain.len() && self.nonces.is_some() && !buffer.is_empty() {
            self.next_chunk()?;
        }
        let mut rest = self.plain.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given += count;
        Ok(count)
    }
}
