//! Messages in and out, over a stream without garbage. What a sender writes at once may arrive in pieces, and what it writes in
//! pieces may arrive at once: TCP keeps the order of the bytes and nothing else.

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use network_framing::{FrameCodec, FrameError};
use tokio_util::codec::{Decoder, Encoder, Framed};

#[path = "support/frames.rs"]
mod frames;

use frames::{decode_all, frame, received};

/// "123456789", in a frame.
const DIGITS: [u8; 19] = *b"\xF7\x1E\x00\x00\x00\x09123456789\xDE\x9C\x40\xC0";

fn encode(limit: u32, message: &'static [u8], dst: &mut BytesMut) -> Result<(), FrameError> {
    FrameCodec::new(limit).encode(Bytes::from_static(message), dst)
}

/// A format is its bytes. What two ends of the same program agree on may still be wrong in the same way twice.
#[test]
fn a_frame_has_these_bytes() {
    let mut dst = BytesMut::new();
    encode(100, b"123456789", &mut dst).expect("a message within the limit");
    assert_eq!(dst[..], DIGITS, "the frame of \"123456789\"");
    dst.clear();
    encode(100, b"", &mut dst).expect("an empty message");
    assert_eq!(
        dst[..],
        *b"\xF7\x1E\x00\x00\x00\x00\x21\x44\xDF\x1C",
        "the frame of an empty message"
    );
}

/// `Framed` writes when it has gathered enough. What is in the buffer already has not been sent yet.
#[test]
fn appends_to_what_waits_to_be_sent() {
    let mut dst = BytesMut::from(&b"waiting"[..]);
    encode(100, b"hello", &mut dst).expect("a message within the limit");
    encode(100, b"", &mut dst).expect("a message within the limit");
    let expected = [b"waiting", &frame(b"hello")[..], &frame(b"")].concat();
    assert_eq!(dst[..], expected, "\"waiting\" and two frames");
}

/// A limit that only the receiver knows makes the sender's mistake the receiver's problem. And a refused message must leave nothing
/// behind: half a frame would spoil the ones that follow.
#[test]
fn refuses_to_send_what_is_too_long() {
    let mut dst = BytesMut::from(&b"waiting"[..]);
    let error = encode(5, b"hello!", &mut dst).expect_err("6 bytes, and the limit is 5");
    assert!(
        matches!(
            error,
            FrameError::TooLong {
                length: 6,
                limit: 5
            }
        ),
        "expected TooLong {{ length: 6, limit: 5 }}, not {error:?}"
    );
    assert_eq!(dst[..], *b"waiting", "the buffer after a refusal");
    encode(5, b"hello", &mut dst).expect("5 bytes, and the limit is 5");
    assert_eq!(dst.len(), 7 + 15, "\"waiting\" and a frame");
}

/// The most common mistake with sockets: one `read` is not one message. Here every byte comes alone.
#[test]
fn a_message_may_come_in_pieces() {
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::new();
    let (last, others) = DIGITS.split_last().expect("some bytes");
    for (index, byte) in others.iter().enumerate() {
        src.extend_from_slice(&[*byte]);
        let early = codec.decode(&mut src).expect("decode reports no errors");
        assert_eq!(early, None, "{} of 19 bytes are there", index + 1);
    }
    src.extend_from_slice(&[*last]);
    assert_eq!(
        decode_all(&mut codec, &mut src),
        [received(b"123456789", 0)],
        "all 19 bytes are there"
    );
    assert!(src.is_empty(), "the frame is used up");
}

/// The reverse of it: one `read`, several messages and the beginning of another. Each call takes one, and what lies behind stays.
#[test]
fn several_messages_may_come_at_once() {
    let mut codec = FrameCodec::new(100);
    let all = [frame(b"one"), frame(b""), frame(b"three")].concat();
    let mut src = BytesMut::from(&all[..]);
    src.extend_from_slice(&DIGITS[..8]);
    assert_eq!(
        decode_all(&mut codec, &mut src),
        [received(b"one", 0), received(b"", 0), received(b"three", 0)]
    );
    assert_eq!(
        src[..],
        DIGITS[..8],
        "the beginning of a frame stays in the buffer"
    );
    src.extend_from_slice(&DIGITS[8..]);
    assert_eq!(
        decode_all(&mut codec, &mut src),
        [received(b"123456789", 0)]
    );
}

/// A limit is inclusive: the longest message is as long as the limit.
#[test]
fn receives_messages_up_to_the_limit() {
    let mut codec = FrameCodec::new(9);
    let mut src = BytesMut::from(&DIGITS[..]);
    assert_eq!(
        decode_all(&mut codec, &mut src),
        [received(b"123456789", 0)],
        "9 bytes, and the limit is 9"
    );
}

/// `BytesMut::split_to` and `freeze` hand out a part of the buffer that was read into. To copy each message would cost an allocation
/// and a pass over the memory, for nothing.
#[test]
fn a_message_is_not_copied() {
    let mut src = BytesMut::from(&frame(&[7; 1000])[..]);
    let place = src.as_ptr_range();
    let all = decode_all(&mut FrameCodec::new(1000), &mut src);
    let [only] = &all[..] else {
        panic!("one frame is there, but {} messages came out", all.len());
    };
    assert!(
        place.contains(&only.message.as_ptr()),
        "the message lies elsewhere than where it was received"
    );
}

/// A stream that ends between two messages ends well.
#[test]
fn the_end_may_come_between_messages() {
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::from(&[frame(b"one"), frame(b"two")].concat()[..]);
    let mut next = || codec.decode_eof(&mut src).expect("no garbage, no error");
    assert_eq!(
        next(),
        Some(received(b"one", 0)),
        "at the end, with two messages left"
    );
    assert_eq!(
        next(),
        Some(received(b"two", 0)),
        "at the end, with one message left"
    );
    assert_eq!(next(), None, "at the end, with nothing left");
}

/// Both halves in use: `Framed` makes a `Sink` and a `Stream` of messages out of a pipe that holds 16 bytes at most.
#[tokio::test]
async fn messages_pass_through_a_narrow_pipe() {
    let (near, far) = tokio::io::duplex(16);
    let mut sender = Framed::new(near, FrameCodec::new(100));
    let mut receiver = Framed::new(far, FrameCodec::new(100));
    let sending = async {
        for message in [&b"one"[..], b"a message that is longer than the pipe", b""] {
            sender
                .send(Bytes::from_static(message))
                .await
                .expect("a receiver");
        }
        sender.close().await.expect("a receiver");
    };
    let receiving = async {
        let mut all = Vec::new();
        while let Some(one) = receiver.next().await {
            all.push(one.expect("messages only"));
        }
        all
    };
    let ((), all) = tokio::join!(sending, receiving);
    let expected = [
        received(b"one", 0),
        received(b"a message that is longer than the pipe", 0),
        received(b"", 0),
    ];
    assert_eq!(all, expected);
}
