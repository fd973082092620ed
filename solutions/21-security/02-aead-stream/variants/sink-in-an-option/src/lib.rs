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

/// Seals what is written to it. Only [`finish`](Self::finish) makes a complete stream.
///
/// After an error the stream is broken, and the writer does nothing any more.
#[must_use = "a stream that is not finished is refused by its readers"]
pub struct SealWriter<W> {
    /// Gone after an error.
    live: Option<(W, Nonces)>,
    cipher: XChaCha20Poly1305,
    context: Box<[u8]>,
    chunk: Vec<u8>,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream: draws a random prefix and writes it.
    ///
    /// # Errors
    ///
    /// Those of the sink, and of the system's random numbers.
    pub fn new(mut sink: W, key: &Key, context: &[u8]) -> io::Result<Self> {
        let prefix: [u8; PREFIX] = Generate::try_generate().map_err(io::Error::other)?;
        sink.write_all(prefix.as_slice())?;
        Ok(Self {
            live: Some((sink, Nonces::starting_at(prefix, 0))),
            cipher: XChaCha20Poly1305::new(key),
            context: context.into(),
            chunk: Vec::new(),
        })
    }

    /// Seals what is left as the last chunk, and returns the sink, flushed.
    ///
    /// # Errors
    ///
    /// Those of the sink, and `Broken` if there was an error before.
    pub fn finish(mut self) -> io::Result<W> {
        let (mut sink, nonces) = self.live.take().ok_or(StreamError::Broken)?;
        self.cipher
            .encrypt_in_place(&nonces.last(), &self.context, &mut self.chunk)
            .map_err(|_| StreamError::TooLong)?;
        sink.write_all(&self.chunk)?;
        sink.flush().map(|()| sink)
    }

    /// Does `work` with what is live, which is so afterwards only if that went well.
    fn work(
        &mut self,
        work: impl FnOnce(
            &mut W,
            &mut Nonces,
            &XChaCha20Poly1305,
            &[u8],
            &mut Vec<u8>,
        ) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut sink, mut nonces) = self.live.take().ok_or(StreamError::Broken)?;
        work(
            &mut sink,
            &mut nonces,
            &self.cipher,
            &self.context,
            &mut self.chunk,
        )?;
        self.live = Some((sink, nonces));
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, mut plaintext: &[u8]) -> io::Result<usize> {
        if self.chunk.len() >= CHUNK && !plaintext.is_empty() {
            self.work(|sink, nonces, cipher, context, chunk| {
                cipher
                    .encrypt_in_place(&nonces.more()?, context, chunk)
                    .map_err(|_| StreamError::TooLong)?;
                sink.write_all(chunk)?;
                chunk.clear();
                Ok(())
            })?;
        }
        if self.live.is_none() {
            return Err(StreamError::Broken.into());
        }
        let room = CHUNK.saturating_sub(self.chunk.len());
        let taken = plaintext.len().min(room);
        plaintext
            .by_ref()
            .take(taken as u64)
            .read_to_end(&mut self.chunk)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.work(|sink, _, _, _, _| sink.flush())
    }
}

/// Reads the plaintext of a sealed stream.
///
/// After `Forged` or `TooLong` every further read fails. An error of the source is passed on, and one may read again.
pub struct OpenReader<R> {
    source: R,
    key: Key,
    context: Vec<u8>,
    nonces: Option<Nonces>,
    failed: Option<fn() -> StreamError>,
    buffer: Box<[u8]>,
    filled: usize,
    plain: io::Cursor<Vec<u8>>,
}

impl<R: Read> OpenReader<R> {
    /// Reads the prefix of a stream.
    ///
    /// # Errors
    ///
    /// Those of the source; it ends too soon if there is less than a prefix.
    pub fn new(mut source: R, key: &Key, context: &[u8]) -> io::Result<Self> {
        let mut prefix = [0_u8; PREFIX];
        source.read_exact(&mut prefix)?;
        Ok(Self {
            source,
            key: key.to_owned(),
            context: context.to_vec(),
            nonces: Some(Nonces::starting_at(prefix, 0)),
            failed: None,
            buffer: vec![0; SEALED + 1].into_boxed_slice(),
            filled: 0,
            plain: io::Cursor::default(),
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        while let Some(room) = self
            .buffer
            .get_mut(self.filled..)
            .filter(|room| !room.is_empty())
        {
            match self.source.read(room) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn open(&mut self, mut nonces: Nonces) -> Result<(), StreamError> {
        let more = self.filled > SEALED;
        let length = self.filled.min(SEALED);
        let mut chunk = self.buffer.get(..length).unwrap_or_default().to_vec();
        let nonce = if more {
            nonces.more()?
        } else {
            return self.open_last(nonces, chunk);
        };
        open_chunk(&self.key, &nonce, &self.context, &mut chunk)?;
        self.buffer.copy_within(SEALED.., 0);
        self.filled = 1;
        self.plain = io::Cursor::new(chunk);
        self.nonces = Some(nonces);
        Ok(())
    }

    fn open_last(&mut self, nonces: Nonces, mut chunk: Vec<u8>) -> Result<(), StreamError> {
        open_chunk(&self.key, &nonces.last(), &self.context, &mut chunk)?;
        self.plain = io::Cursor::new(chunk);
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(failed) = self.failed {
            return Err(failed().into());
        }
        let at_end = self.plain.position() == self.plain.get_ref().len() as u64;
        if at_end && self.nonces.is_some() {
            self.fill()?;
            if let Some(nonces) = self.nonces.take()
                && let Err(error) = self.open(nonces)
            {
                self.failed = Some(match error {
                    StreamError::TooLong => || StreamError::TooLong,
                    _ => || StreamError::Forged,
                });
                return Err(error.into());
            }
        }
        self.plain.read(out)
    }
}
