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

use bytes::{Bytes, BytesMut};
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

/// Turns messages into frames, and a stream of frames and garbage into messages.
///
/// How the stream was cut into reads makes no difference: not to the messages, and not to the counts of skipped bytes.
#[derive(Clone, Debug)]
pub struct FrameCodec {
    limit: u32,
    // Add what the codec has to remember from one call to the next.
}

impl FrameCodec {
    /// Makes a codec for messages of up to `limit` bytes, in both directions.
    pub fn new(limit: u32) -> Self {
        Self { limit }
    }
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
        let _ = (self.limit, src);
        todo!("the first message, if all of it is there")
    }

    /// Does what `decode` does, at the end of the stream: what is incomplete now will never be complete, and so it is garbage,
    /// but there may be a message within.
    ///
    /// # Errors
    /// [`FrameError::Leftover`] once, when no message is left and there was garbage after the last one.
    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Received>, FrameError> {
        let _ = src;
        todo!("the messages within what is left, then an error if there was garbage")
    }
}

impl Encoder<Bytes> for FrameCodec {
    type Error = FrameError;

    /// Appends the frame of `message` to what is in `dst`.
    ///
    /// # Errors
    /// [`FrameError::TooLong`], and `dst` is as it was.
    fn encode(&mut self, message: Bytes, dst: &mut BytesMut) -> Result<(), FrameError> {
        let _ = (message, dst);
        todo!("marker, length, message, checksum")
    }
}
