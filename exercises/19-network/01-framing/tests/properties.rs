//! What holds for every stream, tried on many.

use bytes::{Bytes, BytesMut};
use network_framing::{FrameCodec, MARKER};
use proptest::{collection::vec, prelude::*, sample::Index};
use tokio_util::codec::Encoder;

#[path = "support/frames.rs"]
mod frames;

use frames::{decode_all, decode_stream, frame, received};

const LIMIT: u32 = 40;

/// A part of a stream: noise in which markers and headers are frequent, or a frame, or a damaged one.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let message = || vec(any::<u8>(), 0..=LIMIT as usize);
    let byte = || {
        prop_oneof![
            Just(MARKER[0]),
            Just(MARKER[1]),
            Just(0),
            0..64_u8,
            any::<u8>()
        ]
    };
    prop_oneof![
        vec(byte(), 0..20),
        message().prop_map(|message| frame(&message)),
        (message(), any::<Index>(), 1..=255_u8).prop_map(|(message, place, flip)| {
            let mut damaged = frame(&message);
            let place = place.index(damaged.len());
            damaged[place] ^= flip;
            damaged
        }),
        vec(byte(), 0..30).prop_map(|noise| frame(&noise)),
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    vec(part(), 0..8).prop_map(|parts| parts.concat())
}

/// Cuts a stream at some places.
fn pieces<'a>(stream: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|ends| &stream[ends[0]..ends[1]])
        .collect()
}

proptest! {
    // No file of failing inputs is left behind: proptest prints the smallest one that it finds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is sent is received, in order, however it was cut.
    #[test]
    fn what_is_sent_is_received(
        messages in vec(vec(any::<u8>(), 0..=LIMIT as usize), 0..6),
        cuts in vec(any::<Index>(), 0..10),
    ) {
        let mut codec = FrameCodec::new(LIMIT);
        let mut sent = BytesMut::new();
        for message in &messages {
            codec.encode(Bytes::copy_from_slice(message), &mut sent).expect("within the limit");
        }
        let (seen, error) = decode_stream(LIMIT, pieces(&sent, &cuts));
        let expected: Vec<_> = messages.iter().map(|message| received(message, 0)).collect();
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(error, None);
    }

    /// The messages and the counts depend on the bytes, not on how they were cut into reads.
    #[test]
    fn cuts_make_no_difference(stream in stream(), cuts in vec(any::<Index>(), 0..10)) {
        let whole = decode_stream(LIMIT, [&stream[..]]);
        prop_assert_eq!(decode_stream(LIMIT, pieces(&stream, &cuts)), whole);
    }

    /// No byte is lost or counted twice: each is in a frame, skipped before one, or left over.
    #[test]
    fn every_byte_is_accounted_for(stream in stream()) {
        let (messages, error) = decode_stream(LIMIT, [&stream[..]]);
        let received: usize = messages.iter().map(|one| one.skipped + one.message.len() + 10).sum();
        let left = stream.len().checked_sub(received);
        let expected = match left {
            Some(0) => None,
            left => Some(format!(
                "the stream ends with {} bytes that are no message",
                left.expect("no more than there was")
            )),
        };
        prop_assert_eq!(error, expected);
    }

    /// What waits in the buffer is less than a frame of the longest message.
    #[test]
    fn never_keeps_a_whole_frame(stream in stream(), cuts in vec(any::<Index>(), 0..10)) {
        let mut codec = FrameCodec::new(LIMIT);
        let mut src = BytesMut::new();
        for piece in pieces(&stream, &cuts) {
            src.extend_from_slice(piece);
            decode_all(&mut codec, &mut src);
            prop_assert!(src.len() < LIMIT as usize + 10, "{} bytes are kept", src.len());
        }
    }
}
