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
#[derive(Clone, Debug)]
pub struct FrameCodec {
    limit: u32,
}

impl FrameCodec {
    /// Makes a codec for messages of up to `limit` bytes, in both directions.
    pub fn new(limit: u32) -> Self {
        Self { limit }
    }
}

// ANCHOR: naive
impl Decoder for FrameCodec {
    type Item = Received;
    type Error = FrameError;

    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        let Some((&[m0, m1, ref length @ ..], rest)) = src.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let claimed = u32::from_be_bytes(*length);
        if [m0, m1] != MARKER || claimed > self.limit {
            return Err(io::Error::from(io::ErrorKind::InvalidData).into());
        }
        let Some((message, rest)) = rest.split_at_checked(claimed as usize) else {
            return Ok(None);
        };
        let Some(checksum) = rest.first_chunk::<CHECKSUM>() else {
            return Ok(None);
        };
        if u32::from_be_bytes(*checksum) != crc32(&[length, message]) {
            return Err(io::Error::from(io::ErrorKind::InvalidData).into());
        }
        src.advance(HEADER);
        let message = src.split_to(claimed as usize).freeze();
        src.advance(CHECKSUM);
        let skipped = 0;
        Ok(Some(Received { message, skipped }))
    }
}
// ANCHOR_END: naive

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
