//! A site with an answer for every test, which counts what is going on, and a client for it.
//!
//! Client and server talk through a pipe in memory, on one thread, and time is paused: it moves only when all tasks wait. So
//! a limit that is reached means that nothing will ever happen, and not that the machine is slow.

#![allow(dead_code)]

use std::{
    future::{pending, poll_fn},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use h2::{
    Reason, RecvStream, SendStream,
    client::{self, ResponseFuture, SendRequest},
};
use http::{Request, Response};
use network_http2::{Chunks, Handler, Upload, serve};
use tokio::{
    io::{DuplexStream, duplex},
    sync::{Barrier, Notify},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// The size of a chunk of `/large`, and how many there are.
pub const CHUNK: usize = 1024;
pub const CHUNKS: usize = 1024;

/// Answers by path.
pub struct Site {
    /// How many handlers are at work.
    pub handlers: Alive,
    /// How many bodies there are.
    pub bodies: Alive,
    /// How many chunks of `/large` were made, by all requests for it.
    pub made: Arc<AtomicUsize>,
    /// Where two requests for `/meet` wait for each other.
    pub meeting: Barrier,
    /// What `/later` waits for before it reads.
    pub later: Notify,
}

/// How many of something there are.
#[derive(Clone, Default)]
pub struct Alive(Arc<AtomicUsize>);

impl Alive {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn enter(&self) -> Guard {
        self.0.fetch_add(1, Ordering::SeqCst);
        Guard(self.clone())
    }
}

struct Guard(Alive);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handler for Site {
    async fn handle(&self, request: Request<Upload>) -> Result<Response<Chunks>, Reason> {
        let _working = self.handlers.enter();
        let (head, mut upload) = request.into_parts();
        match head.uri.path() {
            "/" => Ok(body(["hello"])),
            "/meet" => {
                self.meeting.wait().await;
                Ok(body(["met"]))
            }
            "/large" => {
                let (made, guard) = (Arc::clone(&self.made), self.bodies.enter());
                Ok(Response::new(Box::new((0..CHUNKS).map(move |_| {
                    let _ = &guard;
                    made.fetch_add(1, Ordering::SeqCst);
                    Bytes::from_static(&[7; CHUNK])
                }))))
            }
            "/size" => Ok(body([size(&mut upload).await?.to_string()])),
            "/later" => {
                self.later.notified().await;
                Ok(body([size(&mut upload).await?.to_string()]))
            }
            "/first" => match upload.next().await {
                Some(Ok(chunk)) => Ok(Response::new(Box::new([chunk].into_iter()))),
                _ => Err(Reason::PROTOCOL_ERROR),
            },
            "/hold" => pending().await,
            "/sample/path" => Err(Reason::INTERNAL_ERROR),
            path => panic!("no test asks for {path}"),
        }
    }
}

fn body<C: 'static>(
    chunks: impl IntoIterator<Item = C, IntoIter: Send + 'static>,
) -> Response<Chunks>
where
    Bytes: From<C>,
{
    Response::new(Box::new(chunks.into_iter().map(Bytes::from)))
}

async fn size(upload: &mut Upload) -> Result<usize, Reason> {
    let mut size = 0;
    while let Some(chunk) = upload.next().await {
        size += chunk.map_err(|_| Reason::CANCEL)?.len();
    }
    Ok(size)
}

/// A connection to a site.
pub struct Visit {
    pub site: Arc<Site>,
    pub client: SendRequest<Bytes>,
    pub server: JoinHandle<Result<(), h2::Error>>,
    pub connection: JoinHandle<()>,
}

/// Serves a site, and returns it with the client's end of the pipe.
pub fn open() -> (Arc<Site>, JoinHandle<Result<(), h2::Error>>, DuplexStream) {
    let site = Arc::new(Site {
        handlers: Alive::default(),
        bodies: Alive::default(),
        made: Arc::default(),
        meeting: Barrier::new(2),
        later: Notify::new(),
    });
    let (near, far) = duplex(64 * 1024);
    let server = tokio::spawn(serve(far, Arc::clone(&site)));
    (site, server, near)
}

/// Connects `h2`'s client to a site.
pub async fn visit(builder: &client::Builder) -> Visit {
    let (site, server, pipe) = open();
    let (client, connection) = within("the handshake", builder.handshake(pipe))
        .await
        .expect("a server that speaks HTTP/2");
    let connection = tokio::spawn(async {
        // What becomes of the connection is seen by those who use it.
        let _ = connection.await;
    });
    Visit {
        site,
        client,
        server,
        connection,
    }
}

impl Visit {
    /// Asks for `path` without a body.
    pub fn get(&mut self, path: &str) -> ResponseFuture {
        let (response, _) = self.send(path, true);
        response
    }

    /// Asks for `path`; a body may follow.
    pub fn post(&mut self, path: &str) -> (ResponseFuture, SendStream<Bytes>) {
        self.send(path, false)
    }

    fn send(&mut self, path: &str, end: bool) -> (ResponseFuture, SendStream<Bytes>) {
        let request = Request::get(format!("http://localhost{path}"));
        let request = request.body(()).expect("a valid request");
        self.client
            .send_request(request, end)
            .expect("an open connection")
    }
}

/// Fails if `work` is not done when everybody waits.
pub async fn within<R>(what: &str, work: impl Future<Output = R>) -> R {
    match timeout(Duration::from_secs(60), work).await {
        Ok(result) => result,
        Err(_) => panic!("{what} is not done, and everybody waits: nothing more will happen"),
    }
}

/// Lets all tasks do what they can, until everybody waits.
pub async fn settle() {
    sleep(Duration::from_secs(1)).await;
}

/// Reads what there is of a response, and makes room for more as it goes.
pub async fn read(what: &str, response: ResponseFuture) -> Result<Vec<u8>, h2::Error> {
    within(what, async {
        let mut body = response.await?.into_body();
        let mut all = Vec::new();
        while let Some(chunk) = body.data().await {
            let chunk = chunk?;
            body.flow_control().release_capacity(chunk.len())?;
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    })
    .await
}

/// The body of a response, unread.
pub async fn unread(what: &str, response: ResponseFuture) -> RecvStream {
    let response = within(what, response).await;
    response.expect("an answer").into_body()
}

/// Sends up to `total` bytes of a body as the server makes room for them, and returns how many it has sent when the server makes
/// no more.
pub async fn upload(stream: &mut SendStream<Bytes>, total: usize) -> usize {
    let mut sent = 0;
    while sent < total {
        stream.reserve_capacity(total - sent);
        if stream.capacity() == 0 {
            let more = poll_fn(|cx| stream.poll_capacity(cx));
            match timeout(Duration::from_secs(1), more).await {
                Ok(Some(Ok(_))) => {}
                _ => return sent,
            }
        }
        let part = stream.capacity().min(total - sent);
        sent += part;
        stream
            .send_data(vec![7; part].into(), sent == total)
            .expect("an open stream");
    }
    sent
}
