//! The server's side of HTTP/2 connections, on top of the crate `h2`.
//!
//! `h2` reads and writes frames and keeps the books: which streams there are, and how large the windows are. When to take a
//! request, when to read, when to send and when to stop is decided here.

use std::{future::poll_fn, sync::Arc};

use bytes::Bytes;
use h2::{
    Reason, RecvStream, SendStream,
    server::{self, SendResponse},
};
use http::{Request, Response};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    select,
    task::JoinSet,
};

/// How many streams a client may have open at once on one connection.
pub const MAX_STREAMS: u32 = 100;

/// The body of a response, made as it is sent. Each chunk may be of any size, and there may be any number of them.
pub type Chunks = Box<dyn Iterator<Item = Bytes> + Send>;

/// What answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers a request.
    ///
    /// # Errors
    /// Why there is no answer: the stream is reset with this reason.
    fn handle(
        &self,
        request: Request<Upload>,
    ) -> impl Future<Output = Result<Response<Chunks>, Reason>> + Send;
}

/// The body of a request, as it arrives.
#[derive(Debug)]
pub struct Upload {
    body: RecvStream,
}

impl Upload {
    /// Waits for the next chunk, and returns `None` at the end.
    ///
    /// Lets the client send as much again as it returns. So the client is never ahead of the handler by more than a window.
    ///
    /// # Errors
    /// The client has reset the stream, or the connection is lost.
    pub async fn next(&mut self) -> Option<Result<Bytes, h2::Error>> {
        let chunk = match self.body.data().await? {
            Ok(chunk) => chunk,
            Err(error) => return Some(Err(error)),
        };
        let released = self.body.flow_control().release_capacity(chunk.len());
        Some(released.map(|()| chunk))
    }
}

/// Serves a connection until the client closes it: reads requests from `io`, has them answered by `handler`, and sends the answers.
///
/// - Requests are answered side by side. None waits for another one's handler, upload or body. A client may have
///   [`MAX_STREAMS`] of them open, and is told so.
/// - A handler is called as soon as the request's headers are there.
/// - Bodies are sent as fast as the client makes room for them, and made no faster: of each body, no more than one chunk
///   has been made and not been sent.
/// - When the client resets a stream, its handler and its body are dropped, whatever they are doing. The other streams go on.
/// - Where a handler returns a reason, the stream is reset with it. The other streams go on.
/// - When the connection is over, or the future that this returns is dropped, so are all handlers and bodies.
///
/// # Errors
/// The connection is lost, or the client breaks the rules of HTTP/2.
pub async fn serve<T, H>(io: T, handler: Arc<H>) -> Result<(), h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let mut builder = server::Builder::new();
    builder.max_concurrent_streams(MAX_STREAMS);
    let mut connection = builder.handshake(io).await?;
    // Whichever way this function is left, the set is dropped, and its tasks with it.
    let mut tasks = JoinSet::new();
    // `accept` is also what moves the frames of all streams, so nothing else is awaited here.
    while let Some(accepted) = connection.accept().await {
        let (request, respond) = accepted?;
        tasks.spawn(answer(Arc::clone(&handler), request, respond));
        // Forgets those that are done.
        while tasks.try_join_next().is_some() {}
    }
    Ok(())
}

/// Answers one request. Returns early when nobody waits for the answer any more.
async fn answer<H: Handler>(
    handler: Arc<H>,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) {
    let request = request.map(|body| Upload { body });
    let outcome = select! {
        biased;
        _ = poll_fn(|cx| respond.poll_reset(cx)) => return,
        outcome = handler.handle(request) => outcome,
    };
    match outcome {
        Ok(response) => {
            let (head, chunks) = response.into_parts();
            // Fails only if the stream is gone, or the connection.
            if let Ok(stream) = respond.send_response(Response::from_parts(head, ()), false) {
                let _ = send(stream, chunks).await;
            }
        }
        Err(reason) => respond.send_reset(reason),
    }
}

/// Sends a body, each chunk as the windows of the stream and of the connection allow. The future is done early when the stream
/// is reset.
async fn send(mut stream: SendStream<Bytes>, chunks: Chunks) -> Result<(), h2::Error> {
    let mut chunks = chunks;
    loop {
        // Makes no chunk before there is room for some of it.
        stream.reserve_capacity(1);
        if capacity(&mut stream).await?.is_none() {
            return Ok(());
        }
        let Some(mut chunk) = chunks.next() else {
            break;
        };
        while !chunk.is_empty() {
            stream.reserve_capacity(chunk.len());
            let Some(capacity) = capacity(&mut stream).await? else {
                return Ok(());
            };
            let part = chunk.split_to(capacity.min(chunk.len()));
            stream.send_data(part, false)?;
        }
    }
    // An empty frame needs no window.
    stream.send_data(Bytes::new(), true)
}

/// Waits until something of what was reserved may be sent, and returns how much. `None` when the stream is reset.
async fn capacity(stream: &mut SendStream<Bytes>) -> Result<Option<usize>, h2::Error> {
    match stream.capacity() {
        // `poll_capacity` tells of increases only.
        0 => poll_fn(|cx| stream.poll_capacity(cx)).await.transpose(),
        capacity => Ok(Some(capacity)),
    }
}
