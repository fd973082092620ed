//! Many conversations on one connection: none waits for another, and each ends on its own.

use h2::{Reason, client::Builder};

#[path = "support/site.rs"]
mod site;

use site::{read, settle, unread, visit, within};

/// The least that a server does.
#[tokio::test(start_paused = true)]
async fn answers_a_request() {
    let mut visit = visit(&Builder::new()).await;
    let hello = visit.get("/");
    assert_eq!(read("GET /", hello).await.expect("a body"), b"hello");
    let again = visit.get("/");
    assert_eq!(
        read("a second GET / on the same connection", again)
            .await
            .expect("a body"),
        b"hello"
    );
}

/// This is what HTTP/2 was made for. Each of two handlers waits until the other one is at work, too: a server that answers one request
/// after the other waits for ever.
#[tokio::test(start_paused = true)]
async fn answers_requests_side_by_side() {
    let mut visit = visit(&Builder::new()).await;
    let (one, two) = (visit.get("/meet"), visit.get("/meet"));
    let (one, two) = tokio::join!(
        read("the first of two requests that wait for each other", one),
        read("the second of two requests that wait for each other", two)
    );
    assert_eq!(one.expect("a body"), b"met");
    assert_eq!(two.expect("a body"), b"met");
}

/// `accept` is not only for requests. It is where the connection reads and writes, for all streams: whoever awaits something else
/// holds everything.
#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_holds_up_nobody() {
    let mut visit = visit(&Builder::new()).await;
    let _held = visit.get("/hold");
    settle().await;
    assert_eq!(
        visit.site.handlers.count(),
        1,
        "one handler waits, for ever"
    );
    let hello = visit.get("/");
    assert_eq!(
        read("GET / beside it", hello).await.expect("a body"),
        b"hello"
    );
}

/// The client goes elsewhere. What its request has started is of no use to anybody now: a query that runs on, a lock that is
/// held. Dropping a future is how it is stopped, and somebody has to drop it.
#[tokio::test(start_paused = true)]
async fn a_reset_drops_the_handler() {
    let mut visit = visit(&Builder::new()).await;
    let held = [visit.get("/hold"), visit.get("/hold"), visit.get("/hold")];
    settle().await;
    assert_eq!(visit.site.handlers.count(), 3, "three handlers at work");
    let [first, second, third] = held;
    // A dropped response is a reset with CANCEL: `h2`'s client sends it by itself.
    drop(second);
    settle().await;
    assert_eq!(
        visit.site.handlers.count(),
        2,
        "handlers at work after one of three requests was cancelled"
    );
    drop((first, third));
    settle().await;
    assert_eq!(
        visit.site.handlers.count(),
        0,
        "handlers at work after all requests were cancelled"
    );
    let hello = visit.get("/");
    assert_eq!(
        read("GET / after three resets", hello)
            .await
            .expect("a body"),
        b"hello"
    );
}

/// A reset in the middle of a body: no more of it is made, and what made it is dropped. The other streams notice nothing.
#[tokio::test(start_paused = true)]
async fn a_reset_stops_the_body_and_no_other() {
    let mut visit = visit(Builder::new().initial_connection_window_size(1 << 20)).await;
    let (one, other) = (visit.get("/large"), visit.get("/large"));
    let body = unread("GET /large", one).await;
    settle().await;
    assert_eq!(visit.site.bodies.count(), 2, "two bodies are being sent");
    drop(body);
    settle().await;
    assert_eq!(
        visit.site.bodies.count(),
        1,
        "bodies being sent, after one stream was reset"
    );
    let rest = read("the other body", other)
        .await
        .expect("the other stream is not reset");
    assert_eq!(rest.len(), 1 << 20, "bytes of the other body");
    settle().await;
    assert_eq!(
        visit.site.bodies.count(),
        0,
        "bodies being sent, after all was sent"
    );
}

/// A handler that has no answer ends its own stream, and says why. The connection belongs to the others, too.
#[tokio::test(start_paused = true)]
async fn a_failure_resets_one_stream() {
    let mut visit = visit(&Builder::new()).await;
    let meet = visit.get("/meet");
    let failure = visit.get("/sample/path");
    let error = read("a request that fails", failure)
        .await
        .expect_err("a reset");
    assert_eq!(
        error.reason(),
        Some(Reason::INTERNAL_ERROR),
        "the handler's reason, as the client sees it"
    );
    let other = visit.get("/meet");
    let (meet, other) = tokio::join!(
        read("a request from before the failure", meet),
        read("a request from after the failure", other)
    );
    assert_eq!(meet.expect("a body"), b"met");
    assert_eq!(other.expect("a body"), b"met");
}

/// A client that vanishes resets nothing any more. What was at work for it ends all the same.
#[tokio::test(start_paused = true)]
async fn no_handler_outlives_its_connection() {
    let mut visit = visit(&Builder::new()).await;
    let _held = [visit.get("/hold"), visit.get("/hold")];
    let _body = unread("GET /large", visit.get("/large")).await;
    settle().await;
    assert_eq!(
        (visit.site.handlers.count(), visit.site.bodies.count()),
        (2, 1)
    );
    visit.connection.abort();
    let _ = within("serving a lost connection", visit.server).await;
    settle().await;
    assert_eq!(
        visit.site.handlers.count(),
        0,
        "handlers at work for a lost connection"
    );
    assert_eq!(visit.site.bodies.count(), 0, "bodies of a lost connection");
}

/// A server that is shut down drops the future of `serve`. Tasks that were started and let go know nothing of that.
#[tokio::test(start_paused = true)]
async fn no_handler_outlives_the_server() {
    let mut visit = visit(&Builder::new()).await;
    let _held = [visit.get("/hold"), visit.get("/hold")];
    settle().await;
    assert_eq!(visit.site.handlers.count(), 2);
    visit.server.abort();
    settle().await;
    assert_eq!(
        visit.site.handlers.count(),
        0,
        "handlers at work after `serve` was dropped"
    );
}
