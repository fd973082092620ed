//! Flow control. A window is a promise: "I have room for so many bytes". A sender keeps to it, and a receiver gives it only for
//! room that it has.

use std::sync::{Arc, atomic::Ordering};

use h2::client::{self, Builder};
use http::Request;
use network_http2::serve;
use tokio::net::{TcpListener, TcpStream};

#[path = "support/site.rs"]
mod site;

use site::{CHUNK, CHUNKS, open, read, settle, unread, upload, visit, within};

/// The window of a new stream, and of a connection: RFC 9113, section 6.9.2.
const WINDOW: usize = 65_535;

/// Sixteen windows, one after the other: each is filled, read, and opened again.
#[tokio::test(start_paused = true)]
async fn a_large_body_arrives_whole() {
    let mut visit = visit(&Builder::new()).await;
    let large = visit.get("/large");
    let body = read("GET /large", large).await.expect("a body");
    assert_eq!(body.len(), CHUNKS * CHUNK, "bytes of the body");
    assert!(body.iter().all(|byte| *byte == 7), "the body's content");
}

/// `send_data` takes all that it is given, and what the window has no room for stays in memory. The body of this request has a
/// megabyte; a film has gigabytes. Nobody reads it here, so no more than a window of it, and a chunk, should ever be made.
#[tokio::test(start_paused = true)]
async fn a_reader_that_stalls_holds_the_body_back() {
    let mut visit = visit(&Builder::new()).await;
    let large = visit.get("/large");
    let mut body = unread("GET /large", large).await;
    settle().await;
    let made = visit.site.made.load(Ordering::SeqCst);
    assert!(
        made <= WINDOW / CHUNK + 2,
        "the client has room for 63 chunks of 1 KiB and reads none, and {made} were made"
    );
    assert!(
        made >= WINDOW / CHUNK,
        "the client has room for 63 chunks, and {made} were made"
    );

    // It reads what there is: one window. Room for as much again makes the server go on, by as much.
    let mut seen = 0;
    while seen < WINDOW {
        let chunk = within("the first window", body.data()).await;
        seen += chunk.expect("more to come").expect("no reset").len();
    }
    body.flow_control()
        .release_capacity(WINDOW)
        .expect("no more than was read");
    settle().await;
    let made = visit.site.made.load(Ordering::SeqCst);
    assert!(
        (2 * WINDOW / CHUNK..=2 * WINDOW / CHUNK + 2).contains(&made),
        "the client has made room for twice 65535 bytes, and {made} chunks of 1 KiB were made"
    );
}

/// Windows are per stream so that one which nobody reads is no trouble for the others.
#[tokio::test(start_paused = true)]
async fn a_stalled_stream_stalls_no_other() {
    let mut builder = Builder::new();
    builder
        .initial_window_size(16 * 1024)
        .initial_connection_window_size(WINDOW as u32);
    let mut visit = visit(&builder).await;
    let stalled = visit.get("/large");
    let _unread = unread("a body that nobody reads", stalled).await;
    settle().await;
    let other = visit.get("/large");
    let body = read("GET /large beside a stalled stream", other)
        .await
        .expect("a body");
    assert_eq!(body.len(), CHUNKS * CHUNK, "bytes of the body that is read");
}

/// An empty frame fits into an empty window. The client has room for all of the body and not for a byte more, and the
/// end of the stream must reach it all the same.
#[tokio::test(start_paused = true)]
async fn the_end_needs_no_window() {
    let mut builder = Builder::new();
    builder
        .initial_window_size((CHUNKS * CHUNK) as u32)
        .initial_connection_window_size(2 << 20);
    let mut visit = visit(&builder).await;
    let large = visit.get("/large");
    let mut body = unread("GET /large", large).await;
    let mut seen = 0;
    // Reads, and makes no room.
    while let Some(chunk) = within("the end of a body that fits the window", body.data()).await {
        seen += chunk.expect("no reset").len();
    }
    assert_eq!(seen, CHUNKS * CHUNK, "bytes of the body");
}

/// The other direction. A receiver that reads and never says so is full after one window.
#[tokio::test(start_paused = true)]
async fn a_large_upload_arrives_whole() {
    let mut visit = visit(&Builder::new()).await;
    let (response, mut stream) = visit.post("/size");
    let sent = upload(&mut stream, 1 << 20).await;
    assert_eq!(
        sent,
        1 << 20,
        "bytes that the server made room for, of a megabyte; its handler reads all"
    );
    assert_eq!(
        read("the answer to an upload", response)
            .await
            .expect("a body"),
        b"1048576"
    );
}

/// And a receiver that says so before it has read promises memory that is taken. As long as the handler reads nothing, the client
/// may send one window.
#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_read_holds_the_client_back() {
    let mut visit = visit(&Builder::new()).await;
    let (response, mut stream) = visit.post("/later");
    let sent = upload(&mut stream, 1 << 20).await;
    assert_eq!(
        visit.site.handlers.count(),
        1,
        "handlers at work while the body arrives"
    );
    assert_eq!(
        sent, WINDOW,
        "bytes that the server made room for, while its handler reads nothing"
    );
    visit.site.later.notify_one();
    let sent = sent + upload(&mut stream, (1 << 20) - sent).await;
    assert_eq!(
        sent,
        1 << 20,
        "bytes that the server made room for, once its handler reads"
    );
    assert_eq!(
        read("the answer to an upload", response)
            .await
            .expect("a body"),
        b"1048576"
    );
}

/// Both directions at once: the answer may begin before the question has ended.
#[tokio::test(start_paused = true)]
async fn a_handler_may_answer_before_the_upload_ends() {
    let mut visit = visit(&Builder::new()).await;
    let (response, mut stream) = visit.post("/first");
    stream
        .send_data("beginning".into(), false)
        .expect("an open stream");
    let mut body = unread("an answer to the beginning of an upload", response).await;
    let chunk = within("the answer's body", body.data()).await;
    assert_eq!(chunk.expect("a chunk").expect("no reset"), "beginning");
}

/// The same over TCP, with time as it is: a megabyte there, and its size back.
#[tokio::test]
async fn serves_over_a_socket() {
    let (site, _, _) = open();
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let server = async {
        let (socket, _) = listener.accept().await.expect("a client");
        socket.set_nodelay(true).expect("a socket without delay");
        serve(socket, Arc::clone(&site)).await
    };
    let client = async {
        let socket = TcpStream::connect(address).await.expect("a server");
        socket.set_nodelay(true).expect("a socket without delay");
        let (mut client, connection) = client::handshake(socket).await.expect("HTTP/2");
        let connection = tokio::spawn(connection);
        let request = Request::post("http://localhost/size")
            .body(())
            .expect("a request");
        let (response, mut stream) = client.send_request(request, false).expect("a connection");
        // The client's `h2` keeps this, and sends it as the server makes room.
        stream
            .send_data(vec![7; 1 << 20].into(), true)
            .expect("an open stream");
        let mut body = response.await.expect("an answer").into_body();
        let size = body.data().await.expect("a chunk").expect("no reset");
        assert_eq!(
            size, "1048576",
            "the size of the upload, as the handler has seen it"
        );
        // Without requests and senders of requests, the connection is closed.
        drop((client, stream, body));
        connection
            .await
            .expect("no panic")
            .expect("a connection that ends well");
    };
    let (served, ()) = tokio::join!(server, client);
    served.expect("a connection that ends well");
}
