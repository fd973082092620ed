//! What `build.rs` makes of `src/station.proto`: the messages, and a client and a server for the service.

#![allow(missing_docs)]

tonic::include_proto!("station");
