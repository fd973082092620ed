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

use std::{io, mem};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use thiserror::Error;
use tokio_util::codec::{Decoder, Encoder};

pub use checksum::crc32;

mod checksum;

/// The two bytes that begin a frame.
pub const MARKER: [u8; 2] = [0xF7, 0x1E];

/// How long the parts are that every frame has.
const HEADER: usize = MARKER.len() + size_of::<u32>();
const CHECKSUM: usize = size_of::<u32>();

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

/// Turns messages into frames, and a stream of frames and garbage into messages.
///
/// How the stream was cut into reads makes no difference: not to the messages, and not to the counts of skipped bytes.
#[derive(Clone, Debug)]
pub struct FrameCodec {
    limit: u32,
    /// Bytes of garbage since the last message.
    skipped: usize,
}

/// What may be at a place where a marker is, or the first byte of one, or nothing yet.
enum Found {
    /// A valid frame, with a message of this length.
    Message(usize),
    /// Too little to tell.
    Incomplete,
    /// Something else.
    Garbage,
}

impl FrameCodec {
    /// Makes a codec for messages of up to `limit` bytes, in both directions.
    pub fn new(limit: u32) -> Self {
        Self { limit, skipped: 0 }
    }

    /// The first message in `src`. What is incomplete is left there if `more` may come, and is garbage otherwise.
    fn next(&mut self, src: &mut BytesMut, more: bool) -> Option<Received> {
        loop {
            self.skip(src, marker_at(src));
            match self.find(src) {
                Found::Message(length) => {
                    src.advance(HEADER);
                    let message = src.split_to(length).freeze();
                    src.advance(CHECKSUM);
                    let skipped = mem::take(&mut self.skipped);
                    return Some(Received { message, skipped });
                }
                Found::Incomplete if more || src.is_empty() => return None,
                // The next frame may begin anywhere behind the marker's first byte.
                Found::Incomplete | Found::Garbage => self.skip(src, 1),
            }
        }
    }

    fn skip(&mut self, src: &mut BytesMut, count: usize) {
        src.advance(count);
        self.skipped += count;
    }

    /// What is at the beginning of `bytes`, where a marker is or may be about to come.
    fn find(&self, bytes: &[u8]) -> Found {
        let Some((&[_, _, ref length @ ..], rest)) = bytes.split_first_chunk::<HEADER>() else {
            return Found::Incomplete;
        };
        let claimed = u32::from_be_bytes(*length);
        if claimed > self.limit {
            return Found::Garbage;
        }
        let Some((message, rest)) = rest.split_at_checked(claimed as usize) else {
            return Found::Incomplete;
        };
        let Some(checksum) = rest.first_chunk::<CHECKSUM>() else {
            return Found::Incomplete;
        };
        if u32::from_be_bytes(*checksum) == crc32(&[length, message]) {
            Found::Message(message.len())
        } else {
            Found::Garbage
        }
    }
}

/// Where the first marker is; failing that, where the first byte of one is at the very end, or where the bytes end.
fn marker_at(bytes: &[u8]) -> usize {
    let mut pairs = bytes.windows(MARKER.len());
    pairs.position(|pair| pair == MARKER).unwrap_or_else(|| {
        let half = bytes.last() == MARKER.first();
        bytes.len() - usize::from(half)
    })
}

impl Decoder for FrameCodec {
    type Item = Received;
    type Error = FrameError;

    /// Takes the first message out of `src`, with all that lies before it, and leaves there what lies behind it. Returns `None`
    /// when `src` holds no whole message; then more has to be read.
    ///
    /// A frame is valid if it begins with the marker, its length is within the limit, and its checksum is right. At a place
    /// where there is no valid frame, one may begin at the very next byte: the length of a frame that is not valid
    /// means nothing.
    ///
    /// Never waits for a frame over the limit. Garbage leaves `src` as soon as it is known to be garbage, and counts towards
    /// [`Received::skipped`] of the next message, however many calls later that is. The message is a part of the buffer, not
    /// a copy.
    ///
    /// # Errors
    /// None: after an error, a `Framed` ends the stream, and a damaged frame is no reason for that.
    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        Ok(self.next(src, true))
    }

    /// Does what `decode` does, at the end of the stream: what is incomplete now will never be complete, and so it is garbage,
    /// but there may be a message within.
    ///
    /// # Errors
    /// [`FrameError::Leftover`] once, when no message is left and there was garbage after the last one.
    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        match (self.next(src, false), mem::take(&mut self.skipped)) {
            (None, skipped @ 1..) => Err(FrameError::Leftover(skipped)),
            (received, _) => Ok(received),
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
        dst.put_slice(&MARKER);
        dst.put_u32(length);
        dst.put_slice(&message);
        dst.put_u32(crc32(&[&length.to_be_bytes(), &message]));
        Ok(())
    }
}
