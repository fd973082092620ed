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

/// The length of every sealed chunk but the last.
const SEALED: usize = CHUNK + TAG;

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
    next: u32,
}

impl Nonces {
    /// The nonces of the stream with this prefix, from chunk number `chunk` on.
    pub fn starting_at(prefix: [u8; PREFIX], chunk: u32) -> Self {
        Self {
            prefix,
            next: chunk,
        }
    }

    /// The nonce of the next chunk, if it is not the last one.
    ///
    /// # Errors
    ///
    /// `TooLong` for chunk `u32::MAX` and ever after: no number is left for the chunk that would have to follow.
    pub fn more(&mut self) -> Result<XNonce, StreamError> {
        let following = self.next.checked_add(1).ok_or(StreamError::TooLong)?;
        let number = mem::replace(&mut self.next, following);
        Ok(nonce(self.prefix, number, false))
    }

    /// The nonce of the next chunk, if it is the last one.
    pub fn last(self) -> XNonce {
        nonce(self.prefix, self.next, true)
    }
}

fn nonce(prefix: [u8; PREFIX], number: u32, last: bool) -> XNonce {
    let mut nonce = XNonce::default();
    let bytes = prefix
        .into_iter()
        .chain(number.to_be_bytes())
        .chain([u8::from(last)]);
    for (place, byte) in nonce.iter_mut().zip(bytes) {
        *place = byte;
    }
    nonce
}

/// Replaces the plaintext in `chunk` by its ciphertext and a tag, which also vouches for `context`.
///
/// # Errors
///
/// `TooLong` if there is more in `chunk` than one nonce is good for, which is 256 GiB.
pub fn seal_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    XChaCha20Poly1305::new(key)
        .encrypt_in_place(nonce, context, chunk)
        .map_err(|_| StreamError::TooLong)
}

/// Replaces the ciphertext and the tag in `chunk` by the plaintext.
///
/// # Errors
///
/// `Forged` if the tag is not right. Then `chunk` holds no plaintext.
pub fn open_chunk(
    key: &Key,
    nonce: &XNonce,
    context: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), StreamError> {
    XChaCha20Poly1305::new(key)
        .decrypt_in_place(nonce, context, chunk)
        .map_err(|_| StreamError::Forged)
}

/// Seals what is written to it. Only [`finish`](Self::finish) makes a complete stream: one that is dropped before, by
/// an early return or a panic, is refused by every reader.
///
/// After an error the stream is broken, and the writer does nothing any more.
#[must_use = "a stream that is not finished is refused by its readers"]
pub struct SealWriter<W> {
    sink: W,
    key: Key,
    context: Vec<u8>,
    nonces: Nonces,
    /// What has been written since the last chunk went out. A full chunk stays here until it is known whether another
    /// one follows.
    chunk: Vec<u8>,
    broken: bool,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it. The stream will open with the same `key` and `context`
    /// only; the context is not stored.
    ///
    /// # Errors
    ///
    /// Those of the sink, and of the system's random numbers.
    pub fn new(mut sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_err(io::Error::other)?;
        let mut state = now.as_nanos() as u64 | 1;
        let prefix = std::array::from_fn(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        });
        sink.write_all(&prefix)?;
        Ok(Self {
            sink,
            key: *key,
            context: context.to_owned(),
            nonces: Nonces::starting_at(prefix, 0),
            chunk: Vec::with_capacity(SEALED),
            broken: false,
        })
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    ///
    /// # Errors
    ///
    /// Those of the sink, and `Broken` if there was an error before.
    pub fn finish(mut self) -> io::Result<W> {
        self.check()?;
        let nonce = self.nonces.last();
        seal_chunk(&self.key, &nonce, &self.context, &mut self.chunk)?;
        self.sink.write_all(&self.chunk)?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    /// Seals a full chunk that is not the last one.
    fn seal(&mut self) -> io::Result<()> {
        // If anything fails below, this nonce is used, and part of the chunk may be out. There is no way back.
        self.broken = true;
        let nonce = self.nonces.more()?;
        seal_chunk(&self.key, &nonce, &self.context, &mut self.chunk)?;
        self.sink.write_all(&self.chunk)?;
        self.chunk.clear();
        self.broken = false;
        Ok(())
    }

    fn check(&self) -> Result<(), StreamError> {
        if self.broken {
            return Err(StreamError::Broken);
        }
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        self.check()?;
        if plaintext.is_empty() {
            return Ok(0);
        }
        if self.chunk.len() == CHUNK {
            self.seal()?;
        }
        let room = CHUNK - self.chunk.len();
        let taken = plaintext.get(..room).unwrap_or(plaintext);
        self.chunk.extend_from_slice(taken);
        Ok(taken.len())
    }

    /// Flushes the sink. What does not fill a chunk stays here: where the chunks end is part of the format.
    fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        self.broken = true;
        self.sink.flush()?;
        self.broken = false;
        Ok(())
    }
}

/// Reads the plaintext of a sealed stream. Of each chunk, it returns the plaintext after the tag has been checked, and
/// `Ok(0)` only after the last chunk, when there is nothing behind it.
///
/// After `Forged` or `TooLong` every further read fails. An error of the source is passed on, and one may read again.
pub struct OpenReader<R> {
    source: R,
    key: Key,
    context: Vec<u8>,
    state: State,
    /// What has been read of the next chunk, and one byte beyond it, which tells whether it is the last.
    sealed: Vec<u8>,
    plain: Vec<u8>,
    /// How much of `plain` was returned.
    returned: usize,
}

enum State {
    Open(Nonces),
    Complete,
    Forged,
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    ///
    /// # Errors
    ///
    /// Those of the source; it ends too soon if there is less than a prefix.
    pub fn new(mut source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut prefix = [0; PREFIX];
        source.read_exact(&mut prefix)?;
        Ok(Self {
            source,
            key: *key,
            context: context.to_owned(),
            state: State::Open(Nonces::starting_at(prefix, 0)),
            sealed: Vec::with_capacity(SEALED + 1),
            plain: Vec::with_capacity(SEALED + 1),
            returned: 0,
        })
    }

    /// Reads and opens the next chunk, if there is one.
    fn open_next(&mut self) -> io::Result<()> {
        // What was read before an error of the source stays in `sealed`, and the next call goes on from there.
        if let State::Open(_) = self.state {
            let missing = (SEALED + 1).saturating_sub(self.sealed.len());
            let mut rest = self.source.by_ref().take(missing as u64);
            rest.read_to_end(&mut self.sealed)?;
        }
        let mut nonces = match mem::replace(&mut self.state, State::Forged) {
            State::Open(nonces) => nonces,
            State::Complete => {
                self.state = State::Complete;
                return Ok(());
            }
            State::Forged => return Err(StreamError::Forged.into()),
        };
        let first_of_next = if self.sealed.len() > SEALED {
            self.sealed.pop()
        } else {
            None
        };
        let (nonce, following) = match first_of_next {
            Some(_) => (nonces.more()?, State::Open(nonces)),
            None => (nonces.last(), State::Complete),
        };
        open_chunk(&self.key, &nonce, &self.context, &mut self.sealed)?;
        self.state = following;
        mem::swap(&mut self.sealed, &mut self.plain);
        self.returned = 0;
        self.sealed.clear();
        self.sealed.extend(first_of_next);
        Ok(())
    }

    fn unread(&self) -> &[u8] {
        self.plain.get(self.returned..).unwrap_or_default()
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.unread().is_empty() {
            self.open_next()?;
        }
        let count = self.unread().read(buffer)?;
        self.returned += count;
        Ok(count)
    }
}
