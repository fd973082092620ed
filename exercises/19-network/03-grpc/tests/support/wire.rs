//! A call as it is on the wire: an HTTP/2 request, messages with a prefix of five bytes, and a status in the trailers. The
//! server is tonic's, at the other end of a pipe in memory; the client is `h2`'s, which knows nothing of gRPC and so enforces no deadline.

#![allow(dead_code)]

use std::io;

use bytes::Bytes;
use h2::{
    RecvStream,
    client::{self, ResponseFuture, SendRequest},
};
use http::{HeaderMap, Request};
use network_grpc::{
    Desk,
    proto::{Query, station_server::StationServer},
};
use prost::Message;
use tokio_stream::StreamExt;
use tonic::transport::Server;

use crate::garden::{Garden, within};

/// A connection to the service.
pub struct Wire {
    client: SendRequest<Bytes>,
}

impl Wire {
    pub async fn connect(garden: &Garden) -> Self {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let clients = tokio_stream::once(Ok::<_, io::Error>(far)).chain(tokio_stream::pending());
        let server = Server::builder()
            .add_service(StationServer::new(Desk::new(garden.clone())))
            .serve_with_incoming(clients);
        tokio::spawn(server);
        let (client, connection) = client::handshake(near).await.expect("HTTP/2");
        tokio::spawn(connection);
        Self { client }
    }

    /// Calls a method of the service.
    pub fn call(&mut self, method: &str, sensor: &str, allowed: Option<&str>) -> ResponseFuture {
        let mut request = Request::post(format!("http://station/station.Station/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        if let Some(allowed) = allowed {
            request = request.header("grpc-timeout", allowed);
        }
        let request = request.body(()).expect("a valid request");
        let query = Query {
            sensor: sensor.to_owned(),
        };
        let message = query.encode_to_vec();
        // Not compressed, and the length.
        let prefix = (message.len() as u32).to_be_bytes();
        let body = [&[0], &prefix[..], &message].concat();
        let (response, mut stream) = self
            .client
            .send_request(request, false)
            .expect("an open connection");
        stream.send_data(body.into(), true).expect("an open stream");
        response
    }
}

/// The value of `grpc-status`, in headers or trailers.
pub fn status(headers: &HeaderMap) -> Option<&str> {
    headers.get("grpc-status")?.to_str().ok()
}

/// Reads a body to its end, and returns its size and the status in its trailers.
pub async fn finish(body: &mut RecvStream) -> (usize, Option<String>) {
    let mut size = 0;
    while let Some(data) = within("the next frame", body.data()).await {
        let data = data.expect("no reset");
        size += data.len();
        body.flow_control()
            .release_capacity(data.len())
            .expect("no more than was read");
    }
    let trailers = within("the trailers", body.trailers())
        .await
        .expect("no reset");
    let status = trailers.as_ref().and_then(status);
    (size, status.map(str::to_owned))
}
