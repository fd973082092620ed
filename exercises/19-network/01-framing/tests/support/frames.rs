//! Frames, made without the codec that is under test, and a stream that arrives in pieces.

use bytes::BytesMut;
use network_framing::{FrameCodec, MARKER, Received, crc32};
use tokio_util::codec::Decoder;

/// The frame of `message`.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len())
        .expect("a short message")
        .to_be_bytes();
    let checksum = crc32(&[&length, message]).to_be_bytes();
    [&MARKER[..], &length, message, &checksum].concat()
}

/// The frame of `message`, whose header says that it is `claimed` bytes long.
#[allow(dead_code)]
pub fn frame_that_claims(claimed: u32, message: &[u8]) -> Vec<u8> {
    let mut bytes = frame(message);
    bytes[2..6].copy_from_slice(&claimed.to_be_bytes());
    bytes
}

/// A message, and how many bytes were skipped before it.
#[allow(dead_code)]
pub fn received(message: &[u8], skipped: usize) -> Received {
    Received {
        message: message.to_vec().into(),
        skipped,
    }
}

/// All that the codec makes of `buffer` as it is, until it asks for more.
pub fn decode_all(codec: &mut FrameCodec, buffer: &mut BytesMut) -> Vec<Received> {
    let mut all = Vec::new();
    while let Some(one) = codec.decode(buffer).expect("decode reports no errors") {
        all.push(one);
    }
    all
}

/// All that the codec makes of a stream that arrives in these pieces and ends, and the error at its end.
#[allow(dead_code)]
pub fn decode_stream<'a>(
    limit: u32,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Received>, Option<String>) {
    let mut codec = FrameCodec::new(limit);
    let mut buffer = BytesMut::new();
    let mut all = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        all.extend(decode_all(&mut codec, &mut buffer));
    }
    loop {
        match codec.decode_eof(&mut buffer) {
            Ok(Some(one)) => all.push(one),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error.to_string())),
        }
    }
}
