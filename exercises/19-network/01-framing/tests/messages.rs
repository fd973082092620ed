//! Messages in and out, over a stream without garbage. What a sender writes at once may arrive in pieces, and what it writes in
//! pieces may arrive at once: TCP keeps the order of the bytes and nothing else.

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use network_framing::{FrameCodec, FrameError};
use tokio_util::codec::{Decoder, Encoder, Framed};

#[path = "support/frames.rs"]
mod frames;

use frames::{decode_all, frame, received, seen};

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

/// The limits of the limit: with 0 there are empty messages only, and with the largest one a length may be any number.
#[test]
fn any_limit_is_a_limit() {
    let mut dst = BytesMut::new();
    encode(0, b"", &mut dst).expect("an empty message, and the limit is 0");
    let error = encode(0, b"!", &mut dst).expect_err("1 byte, and the limit is 0");
    assert!(
        matches!(
            error,
            FrameError::TooLong {
                length: 1,
                limit: 0
            }
        ),
        "expected TooLong {{ length: 1, limit: 0 }}, not {error:?}"
    );
    encode(u32::MAX, b"hello", &mut dst).expect("5 bytes, and the limit is 2^32 - 1");
    let all = decode_all(&mut FrameCodec::new(u32::MAX), &mut dst);
    assert_eq!(all, [received(b"", 0), received(b"hello", 0)]);
}

/// A length of 64 bits, cut to 32, is another length: 4 GiB and one byte are one byte. Compare first, then convert.
///
/// The message is never written to, so it takes 4 GiB of addresses, not of memory. This program starts itself again with a limit on its
/// addresses, so that a codec that takes the message for a short one fails instead of filling the memory with it.
#[cfg(target_os = "linux")]
#[test]
fn more_than_four_gibibytes_are_too_long() {
    use std::{env, process::Command};
    const CHILD: &str = "FRAMING_WITH_FEW_ADDRESSES";
    let name = "more_than_four_gibibytes_are_too_long";
    if env::var_os(CHILD).is_none() {
        let this = env::current_exe().expect("this program");
        let limited = "ulimit -v 7340032 && exec \"$0\" --exact \"$1\" --nocapture";
        let run = Command::new("sh")
            .args(["-c", limited])
            .arg(this)
            .arg(name)
            .env(CHILD, "1")
            .output()
            .expect("a shell");
        assert!(
            run.status.success(),
            "a message of 2^32 + 1 bytes should be refused as TooLong, and nothing of it written: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        return;
    }
    let length = (1 << 32) + 1;
    let mut room: Vec<u8> = Vec::new();
    if room.try_reserve_exact(length).is_err() {
        eprintln!("this machine has no room for a message of {length} bytes");
        return;
    }
    drop(room);
    let mut dst = BytesMut::from(&b"waiting"[..]);
    let error = FrameCodec::new(100)
        .encode(Bytes::from(vec![0; length]), &mut dst)
        .expect_err("the limit is 100");
    assert!(
        matches!(error, FrameError::TooLong { length: told, limit: 100 } if told == length),
        "expected TooLong {{ length: {length}, limit: 100 }}, not {error:?}"
    );
    assert_eq!(dst[..], *b"waiting", "the buffer after a refusal");
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
        assert!(early.is_none(), "{} of 19 bytes are there", index + 1);
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
    for length in [1, 5, 64, 1000] {
        let mut src = BytesMut::from(&frame(&vec![7; length])[..]);
        let place = src.as_ptr_range();
        let all = decode_all(&mut FrameCodec::new(1000), &mut src);
        let [(message, _)] = &all[..] else {
            panic!("one frame is there, but {} messages came out", all.len());
        };
        assert!(
            place.contains(&message.as_ptr()),
            "a message of {length} bytes lies elsewhere than where it was received"
        );
    }
}

/// A stream that ends between two messages ends well.
#[test]
fn the_end_may_come_between_messages() {
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::from(&[frame(b"one"), frame(b"two")].concat()[..]);
    let mut next = || {
        let next = codec.decode_eof(&mut src);
        next.expect("no garbage, no error").map(seen)
    };
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
            all.push(seen(one.expect("messages only")));
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
