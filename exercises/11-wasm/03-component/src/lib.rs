//! A guest for the world of `src/guest.wit`.
//!
//! The tests build this library for WebAssembly, make a component of it and call it from a host that limits
//! memory and time. Your task is the four functions of [`Guest`]. `src/guest.wit` says the same in short.

use bindings::exports::workbook::guest::processing::{Fault, Guest};

/// The trait `Guest` and the enum `Fault`, as the WIT file has them, and what carries arguments and results across the
/// border.
mod bindings {
    wit_bindgen::generate!({ world: "guest", path: "src/guest.wit" });
}

struct Processing;

impl Guest for Processing {
    /// Hashes `data`: from 0 on, each byte makes `31 * hash + byte` of the hash, modulo 2^32; the result is read as a
    /// signed number.
    fn hash(data: Vec<u8>) -> i32 {
        todo!("hash {} bytes", data.len())
    }

    /// Tells in which of `buckets` buckets `key` belongs: its hash modulo `buckets`, a number from 0 to
    /// `buckets - 1` also where the hash is negative.
    ///
    /// [`Fault::NoBuckets`] if `buckets` is 0.
    fn bucket(key: Vec<u8>, buckets: u32) -> Result<u32, Fault> {
        todo!("find the bucket of {} bytes among {buckets}", key.len())
    }

    /// The mean of `samples`, rounded towards zero.
    ///
    /// [`Fault::NoSamples`] if there are none.
    fn mean(samples: Vec<i32>) -> Result<i32, Fault> {
        todo!("take the mean of {} samples", samples.len())
    }

    /// Unpacks runs. A run has five bytes: a count (four bytes, the lowest first) and the byte that comes so many
    /// times. The count may be 0.
    ///
    /// First of all, [`Fault::Truncated`] if the last run is incomplete, with the offset at which it begins. Then
    /// [`Fault::TooLarge`] if there would be more than `limit` bytes, with their exact number, which may be more
    /// than memory holds. The memory that this takes depends on the answer, not on `limit`.
    fn unpack(packed: Vec<u8>, limit: u32) -> Result<Vec<u8>, Fault> {
        todo!("unpack {} bytes to at most {limit}", packed.len())
    }
}

bindings::export!(Processing with_types_in bindings);
