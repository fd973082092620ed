//! The same server, seen byte by byte. The client here is written by hand: it sends frames whose bytes stand in the RFCs, and reads
//! frames by their header (RFC 9113, section 4.1):
//!
//! ```text
//! length (24 bits) | type (8) | flags (8) | reserved (1), stream (31) | payload
//! ```

use network_http2::MAX_STREAMS;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

#[path = "support/site.rs"]
mod site;

use site::{open, settle, within};

/// The connection preface: RFC 9113, section 3.4.
const PREFACE: [u8; 24] = *b"\x50\x52\x49\x20\x2a\x20\x48\x54\x54\x50\x2f\x32\x2e\x30\x0d\x0a\x0d\x0a\x53\x4d\x0d\x0a\x0d\x0a";

/// The header block of `GET http://www.example.com/`: RFC 7541, appendix C.3.1.
const GET_ROOT: [u8; 20] =
    *b"\x82\x86\x84\x41\x0f\x77\x77\x77\x2e\x65\x78\x61\x6d\x70\x6c\x65\x2e\x63\x6f\x6d";

/// The field `:path: /sample/path`: RFC 7541, appendix C.2.2.
const SAMPLE_PATH: [u8; 14] = *b"\x04\x0c\x2f\x73\x61\x6d\x70\x6c\x65\x2f\x70\x61\x74\x68";

// Types of frames, and flags: RFC 9113, section 6.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Reads a frame: type, flags, stream and payload.
async fn read(what: &str, pipe: &mut DuplexStream) -> (u8, u8, u32, Vec<u8>) {
    let reading = async {
        let mut header = [0; 9];
        pipe.read_exact(&mut header)
            .await
            .expect("an open connection");
        let [l0, l1, l2, kind, flags, stream @ ..] = header;
        let mut payload = vec![0; u32::from_be_bytes([0, l0, l1, l2]) as usize];
        pipe.read_exact(&mut payload).await.expect("a whole frame");
        (kind, flags, u32::from_be_bytes(stream), payload)
    };
    within(what, reading).await
}

/// Reads until there is a frame that is not about the connection as a whole.
async fn read_stream(what: &str, pipe: &mut DuplexStream) -> (u8, u8, u32, Vec<u8>) {
    loop {
        let frame = read(what, pipe).await;
        if frame.2 != 0 {
            return frame;
        }
    }
}

/// Reads as many bytes of the body of stream 1, in frames of any size.
async fn read_body(what: &str, pipe: &mut DuplexStream, count: usize) -> String {
    let mut body = Vec::new();
    while body.len() < count {
        let (kind, _, stream, data) = read_stream(what, pipe).await;
        assert_eq!(
            (kind, stream),
            (DATA, 1),
            "{what}: type and stream of a frame"
        );
        body.extend(data);
    }
    String::from_utf8(body).expect("text")
}

async fn write(pipe: &mut DuplexStream, frames: &[&[u8]]) {
    pipe.write_all(&frames.concat())
        .await
        .expect("an open connection");
}

/// What a server allows has to be said, in its first frame. Without a limit on streams, a client may start as much work as it
/// likes.
#[tokio::test(start_paused = true)]
async fn announces_how_many_streams_it_takes() {
    let (_site, _server, mut pipe) = open();
    write(&mut pipe, &[&PREFACE, &frame(SETTINGS, 0, 0, &[])]).await;
    let (kind, flags, stream, payload) = read("the server's first frame", &mut pipe).await;
    assert_eq!(
        (kind, flags, stream),
        (SETTINGS, 0, 0),
        "the first frame: type, flags, stream"
    );
    // Six bytes each: which setting, and its value. SETTINGS_MAX_CONCURRENT_STREAMS is 3.
    let expected = [&[0, 3][..], &MAX_STREAMS.to_be_bytes()].concat();
    assert!(
        payload.chunks(6).any(|setting| setting == expected),
        "{expected:02x?} is missing in the server's settings: {payload:02x?}"
    );
    let (kind, flags, ..) = read("the acknowledgement", &mut pipe).await;
    assert_eq!(
        (kind, flags),
        (SETTINGS, ACK),
        "an answer to the client's settings"
    );
}

/// A request and its answer, as they are on the wire: headers, data, and an end.
#[tokio::test(start_paused = true)]
async fn answers_in_frames() {
    let (_site, _server, mut pipe) = open();
    let request = frame(HEADERS, END_STREAM | END_HEADERS, 1, &GET_ROOT);
    write(
        &mut pipe,
        &[&PREFACE, &frame(SETTINGS, 0, 0, &[]), &request],
    )
    .await;
    let (kind, flags, stream, block) = read_stream("the answer", &mut pipe).await;
    assert_eq!((kind, flags, stream), (HEADERS, END_HEADERS, 1));
    // Entry 8 of the static table is `:status: 200`: RFC 7541, appendix A.
    assert_eq!(block.first(), Some(&0x88), "status 200");
    let mut body = Vec::new();
    loop {
        let (kind, flags, stream, data) = read_stream("the answer's body", &mut pipe).await;
        assert_eq!(
            (kind, stream),
            (DATA, 1),
            "type and stream of a frame of the body"
        );
        body.extend(data);
        if flags & END_STREAM != 0 {
            break;
        }
    }
    assert_eq!(body, b"hello");
}

/// A window of three bytes gets three. An update by one, and one more comes: it is the client who decides.
#[tokio::test(start_paused = true)]
async fn sends_what_the_window_allows() {
    let (_site, _server, mut pipe) = open();
    // SETTINGS_INITIAL_WINDOW_SIZE is 4.
    let settings = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 3]);
    let request = frame(HEADERS, END_STREAM | END_HEADERS, 1, &GET_ROOT);
    write(&mut pipe, &[&PREFACE, &settings, &request]).await;
    assert_eq!(read_stream("the answer", &mut pipe).await.0, HEADERS);
    let body = read_body("a window of 3 bytes", &mut pipe, 3).await;
    assert_eq!(body, "hel", "what fits into a window of 3 bytes");
    settle().await;
    write(
        &mut pipe,
        &[&frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes())],
    )
    .await;
    let body = read_body("a window update", &mut pipe, 1).await;
    assert_eq!(body, "l", "what fits after an update by 1");
    settle().await;
    write(
        &mut pipe,
        &[&frame(WINDOW_UPDATE, 0, 1, &100_u32.to_be_bytes())],
    )
    .await;
    let body = read_body("another window update", &mut pipe, 1).await;
    assert_eq!(body, "o", "what is left");
}

/// A reset is four bytes: why. Two is INTERNAL_ERROR: RFC 9113, section 7.
#[tokio::test(start_paused = true)]
async fn a_reset_says_why() {
    let (_site, _server, mut pipe) = open();
    let (start, authority) = (&GET_ROOT[..2], &GET_ROOT[3..]);
    let block = [start, &SAMPLE_PATH, authority].concat();
    let request = frame(HEADERS, END_STREAM | END_HEADERS, 1, &block);
    write(
        &mut pipe,
        &[&PREFACE, &frame(SETTINGS, 0, 0, &[]), &request],
    )
    .await;
    let reset = read_stream("a reset", &mut pipe).await;
    assert_eq!(
        reset,
        (RST_STREAM, 0, 1, vec![0, 0, 0, 2]),
        "type, flags, stream, reason"
    );
}
