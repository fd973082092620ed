//! The server's side of HTTP/2 connections, on top of the crate `h2`.
//!
//! `h2` reads and writes frames and keeps the books: which streams there are, and how large the windows are. When to take a
//! request, when to read, when to send and when to stop is decided here.

use std::sync::Arc;

use bytes::Bytes;
use h2::{Reason, RecvStream, server};
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};

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

// ANCHOR: naive
impl Upload {
    pub async fn next(&mut self) -> Option<Result<Bytes, h2::Error>> {
        self.body.data().await
    }
}

pub async fn serve<T, H>(io: T, handler: Arc<H>) -> Result<(), h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let mut connection = server::handshake(io).await?;
    while let Some(accepted) = connection.accept().await {
        let (request, mut respond) = accepted?;
        match handler.handle(request.map(|body| Upload { body })).await {
            Ok(response) => {
                let (head, chunks) = response.into_parts();
                let mut stream = respond.send_response(Response::from_parts(head, ()), false)?;
                for chunk in chunks {
                    stream.send_data(chunk, false)?;
                }
                stream.send_data(Bytes::new(), true)?;
            }
            Err(reason) => respond.send_reset(reason),
        }
    }
    Ok(())
}
// ANCHOR_END: naive
