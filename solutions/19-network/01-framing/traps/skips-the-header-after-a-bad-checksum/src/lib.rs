//! Messages out of a stream of bytes, and into one.
//!
//! A message travels in a frame:
//!
//! | bytes    | what                                                       |
//! | -------- | ---------------------------------------------------------- |
//! | 2        | the [`MARKER`]                                             |
//! | 4        | the length of the message in bytes, big-endian             |
//! | *length* | the message                                                |
//! | 4        | the [`crc32`] of the length and the message, big-endian    |
//!
//! Between frames there may be garbage: what is left of a damaged frame, or noise. Anything may be in it, markers too.

use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use thiserror::Error;
use tokio_util::codec::{Decoder, Encoder};

pub use checksum::crc32;

mod checksum;

/// The two bytes that begin a frame.
pub const MARKER: [u8; 2] = [0xF7, 0x1E];

/// A message, and what lay before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message, without what framed it.
    pub message: Bytes,
    /// How many bytes of garbage there were between the frame before, or the beginning of the stream, and this one.
    pub skipped: usize,
}

/// Why a message cannot be sent, or none received any more.
#[derive(Debug, Error)]
pub enum FrameError {
    /// The message is longer than the codec allows.
    #[error("a message of {length} bytes exceeds the limit of {limit}")]
    TooLong {
        /// The length of the message, in bytes.
        length: usize,
        /// The codec's limit, in bytes.
        limit: u32,
    },
    /// The stream has ended, and so many bytes at its end belong to no message.
    #[error("the stream ends with {0} bytes that are no message")]
    Leftover(usize),
    /// Reading or writing failed.
    #[error("failed to read or write")]
    Io(#[from] io::Error),
}

/// What the front of a buffer is.
enum Front {
    /// A valid frame around so many bytes of message.
    Frame(usize),
    /// Perhaps a frame: more bytes will tell.
    Undecided,
    /// So many bytes that begin no frame.
    Garbage(usize),
}

const OVERHEAD: usize = 10;

/// Looks at the front of `bytes` and changes nothing.
fn front(bytes: &[u8], limit: u32) -> Front {
    let begins = bytes
        .iter()
        .zip(MARKER)
        .all(|(byte, expected)| *byte == expected);
    if !begins {
        // At least the first byte. The next candidate is where the marker's first byte occurs again.
        let next = bytes
            .iter()
            .skip(1)
            .position(|byte| MARKER.first() == Some(byte));
        return Front::Garbage(next.map_or(bytes.len(), |at| at + 1));
    }
    let Some((length, rest)) = bytes.get(2..).and_then(<[u8]>::split_first_chunk::<4>) else {
        return Front::Undecided;
    };
    let claimed = u32::from_be_bytes(*length);
    if claimed > limit {
        return Front::Garbage(1);
    }
    let Ok(size) = usize::try_from(claimed) else {
        return Front::Garbage(1);
    };
    let Some((message, tail)) = rest.split_at_checked(size) else {
        return Front::Undecided;
    };
    match tail.first_chunk() {
        None => Front::Undecided,
        Some(sum) if u32::from_be_bytes(*sum) == crc32(&[length, message]) => Front::Frame(size),
        // Skips the header of a frame whose checksum has failed. With a limit of 64 KiB or more, a marker may lie in its length.
        Some(_) => Front::Garbage(6),
    }
}

/// Turns messages into frames, and a stream of frames and garbage into messages.
#[derive(Clone, Debug)]
pub struct FrameCodec {
    limit: u32,
    garbage: usize,
}

impl FrameCodec {
    /// Makes a codec for messages of up to `limit` bytes, in both directions.
    pub fn new(limit: u32) -> Self {
        Self { limit, garbage: 0 }
    }

    fn discard(&mut self, src: &mut BytesMut, bytes: usize) {
        src.advance(bytes);
        self.garbage = self.garbage.saturating_add(bytes);
    }

    fn next(&mut self, src: &mut BytesMut, ended: bool) -> Option<Received> {
        while !src.is_empty() {
            match front(src, self.limit) {
                Front::Frame(size) => {
                    let mut frame = src.split_to(size + OVERHEAD).freeze();
                    frame.advance(6);
                    frame.truncate(size);
                    return Some(Received {
                        message: frame,
                        skipped: std::mem::take(&mut self.garbage),
                    });
                }
                Front::Garbage(bytes) => self.discard(src, bytes),
                Front::Undecided if ended => self.discard(src, 1),
                Front::Undecided => break,
            }
        }
        None
    }
}

impl Decoder for FrameCodec {
    type Item = Received;
    type Error = FrameError;

    /// Takes the first message out of `src`, with all that lies before it.
    ///
    /// # Errors
    /// None.
    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        Ok(self.next(src, false))
    }

    /// Does what `decode` does, at the end of the stream.
    ///
    /// # Errors
    /// [`FrameError::Leftover`] once.
    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        match self.next(src, true) {
            None if self.garbage > 0 => {
                Err(FrameError::Leftover(std::mem::take(&mut self.garbage)))
            }
            other => Ok(other),
        }
    }
}

impl Encoder<Bytes> for FrameCodec {
    type Error = FrameError;

    /// Appends the frame of `message` to what is in `dst`.
    ///
    /// # Errors
    /// [`FrameError::TooLong`], and `dst` is as it was.
    fn encode(&mut self, message: Bytes, dst: &mut BytesMut) -> Result<(), FrameError> {
        let length = u32::try_from(message.len())
            .ok()
            .filter(|length| *length <= self.limit)
            .ok_or(FrameError::TooLong {
                length: message.len(),
                limit: self.limit,
            })?;
        let sum = crc32(&[&length.to_be_bytes(), &message]);
        dst.reserve(OVERHEAD + message.len());
        dst.put_slice(&MARKER);
        dst.put_u32(length);
        dst.put(message);
        dst.put_u32(sum);
        Ok(())
    }
}
