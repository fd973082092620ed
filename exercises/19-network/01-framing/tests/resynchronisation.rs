//! What comes between frames, and after damage: how the codec finds the next message again, and what it says about the rest.

use bytes::BytesMut;
use futures_util::StreamExt;
use network_framing::{FrameCodec, FrameError, MARKER};
use tokio::io::AsyncWriteExt;
use tokio_util::codec::{Decoder, FramedRead};

#[path = "support/frames.rs"]
mod frames;

use frames::{decode_all, decode_stream, frame, frame_that_claims, received};

/// An error from `decode` is the end: `Framed` returns it, and then `None`. So garbage must not be an error, or one flipped bit costs the
/// connection.
#[tokio::test]
async fn goes_on_after_garbage() {
    let (mut near, far) = tokio::io::duplex(1024);
    let mut receiver = FramedRead::new(far, FrameCodec::new(100));
    let all = [&frame(b"one")[..], b"garbage", &frame(b"two")].concat();
    near.write_all(&all).await.expect("room for all");
    drop(near);
    let mut seen = Vec::new();
    while let Some(one) = receiver.next().await {
        seen.push(one.map_err(|error| error.to_string()));
    }
    assert_eq!(
        seen,
        [Ok(received(b"one", 0)), Ok(received(b"two", 7))],
        "two messages, with 7 bytes of garbage between them"
    );
}

/// A frame that was damaged on the way is garbage as a whole. The one behind it is not.
#[test]
fn a_wrong_checksum_costs_one_message() {
    for place in 0..frame(b"two").len() {
        let mut damaged = frame(b"two");
        damaged[place] ^= 0x10;
        let all = [frame(b"one"), damaged, frame(b"three"), frame(b"four")].concat();
        let (messages, error) = decode_stream(100, [&all[..]]);
        assert_eq!(error, None, "byte {place} is damaged; the end is well");
        assert_eq!(
            messages,
            [
                received(b"one", 0),
                received(b"three", 13),
                received(b"four", 0)
            ],
            "byte {place} of the second of four frames is damaged"
        );
    }
}

/// If the checksum is wrong, then perhaps because the *length* is. Whoever skips as many bytes as a damaged header says
/// skips the messages that follow it.
#[test]
fn a_damaged_length_swallows_no_neighbour() {
    let damaged = frame_that_claims(20, b"damaged");
    let all = [damaged, frame(b"one"), frame(b"two")].concat();
    let (messages, _) = decode_stream(100, [&all[..]]);
    assert_eq!(
        messages,
        [received(b"one", 17), received(b"two", 0)],
        "the first frame says 20 instead of 7 bytes; its 17 bytes are garbage, and nothing else is"
    );
}

/// A length is a claim of the other side's. Four bytes can claim 4 GiB, and neither memory nor patience may be spent on that.
#[test]
fn an_excessive_length_costs_nothing() {
    for claimed in [101, 0x0400_0000, u32::MAX] {
        let mut codec = FrameCodec::new(100);
        let all = [frame_that_claims(claimed, b"huge"), frame(b"next")].concat();
        let mut src = BytesMut::from(&all[..]);
        let messages = decode_all(&mut codec, &mut src);
        assert!(
            src.capacity() < 4096,
            "a header claims {claimed} bytes, and room was made for {}",
            src.capacity()
        );
        assert_eq!(
            messages,
            [received(b"next", 14)],
            "a header claims {claimed} bytes, and the limit is 100: it is not worth waiting for"
        );
    }
}

/// A frame over the limit is no frame, even if all of it is there and it is right in all else.
#[test]
fn a_message_over_the_limit_is_garbage() {
    let all = [frame(b"hello!"), frame(b"hello")].concat();
    let (messages, _) = decode_stream(5, [&all[..]]);
    assert_eq!(
        messages,
        [received(b"hello", 16)],
        "6 bytes are over the limit of 5"
    );
}

/// Reads end anywhere, in the middle of a marker too. Its first byte is not garbage before the second has been seen.
#[test]
fn a_marker_may_be_split() {
    let whole = [b"noise", &frame(b"found")[..]].concat();
    for cut in 0..whole.len() {
        let (messages, error) = decode_stream(100, [&whole[..cut], &whole[cut..]]);
        assert_eq!(error, None, "cut after {cut} bytes; the end is well");
        assert_eq!(messages, [received(b"found", 5)], "cut after {cut} bytes");
    }
}

/// The first byte of a marker may be garbage itself, with a marker right behind it.
#[test]
fn a_false_start_hides_no_marker() {
    let all = [&MARKER[..1], &frame(b"one"), &MARKER, &frame(b"two")].concat();
    let (messages, _) = decode_stream(100, [&all[..]]);
    // The two bytes before the second frame make a header whose length is the marker's bytes: over the limit.
    assert_eq!(messages, [received(b"one", 1), received(b"two", 2)]);
}

/// A frame may carry a frame: a log of another connection, say. It is a part of the message, and not a message.
#[test]
fn a_frame_within_a_message_is_no_message() {
    let inner = frame(b"inner");
    let (messages, _) = decode_stream(100, [&frame(&inner)[..]]);
    assert_eq!(messages, [received(&inner, 0)]);
}

/// Garbage is counted for as long as it takes, however it was cut. A count that begins again with each read tells about reads.
#[test]
fn garbage_is_counted_across_reads() {
    let frame = frame(b"found");
    let pieces: [&[u8]; 5] = [b"a lot", b" of ", b"garbage", &frame[..9], &frame[9..]];
    let (messages, _) = decode_stream(100, pieces);
    assert_eq!(
        messages,
        [received(b"found", 16)],
        "5, 4 and 7 bytes of garbage"
    );
}

/// What is known to be garbage is no longer kept: a peer that sends nothing else must not fill the memory.
#[test]
fn garbage_does_not_pile_up() {
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::new();
    for round in 0..1000 {
        // One round in a hundred begins like a frame.
        src.extend_from_slice(if round % 100 == 99 {
            &MARKER
        } else {
            b"garbage"
        });
        assert_eq!(decode_all(&mut codec, &mut src), []);
        assert!(
            src.len() < 110,
            "{} bytes are kept after {round} reads, and the longest frame has 110",
            src.len()
        );
    }
}

/// At the end of the stream there is nothing to wait for. What looked like a long frame is garbage now, and the messages
/// within are messages.
#[test]
fn finds_messages_behind_a_false_start_at_the_end() {
    let all = [frame_that_claims(90, b"cut"), frame(b"one"), frame(b"two")].concat();
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::from(&all[..]);
    assert_eq!(
        decode_all(&mut codec, &mut src),
        [],
        "a frame of 100 bytes seems to have begun, and could still be completed"
    );
    let (messages, error) = decode_stream(100, [&all[..]]);
    assert_eq!(
        messages,
        [received(b"one", 13), received(b"two", 0)],
        "at the end"
    );
    assert_eq!(error, None, "nothing is left behind the last message");
}

/// A stream that ends in the middle of a message was cut off: by a crash, or by somebody who wants the message
/// not to arrive. Whoever reads must be able to tell this from a proper end.
#[test]
fn says_what_was_left_over() {
    let cut = &frame(b"cut off")[..12];
    for left in [&b"noise"[..], &MARKER[..1], &MARKER, cut] {
        let all = [&frame(b"one"), left].concat();
        let (messages, error) = decode_stream(100, [&all[..]]);
        assert_eq!(messages, [received(b"one", 0)]);
        let expected = format!(
            "the stream ends with {} bytes that are no message",
            left.len()
        );
        assert_eq!(error, Some(expected), "the stream ends with {left:x?}");
    }
}

/// Garbage that left the buffer long ago is reported at the end too, and once.
#[test]
fn the_leftover_is_reported_once() {
    let mut codec = FrameCodec::new(100);
    let mut src = BytesMut::from(&b"nothing but noise"[..]);
    assert_eq!(decode_all(&mut codec, &mut src), []);
    let error = codec.decode_eof(&mut src).expect_err("17 bytes of garbage");
    assert!(
        matches!(error, FrameError::Leftover(17)),
        "expected Leftover(17), not {error:?}"
    );
    let after = codec.decode_eof(&mut src).expect("it was reported before");
    assert_eq!(after, None, "nothing is left");
}
