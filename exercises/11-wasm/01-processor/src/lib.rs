//! A stream processor for JavaScript: a running digest of all that went through, and a window on the latest bytes.

use std::fmt;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

/// The largest window that a [`Processor`] agrees to, in bytes.
///
/// JavaScript may ask for anything: `new Processor(-1)` arrives as 4294967295. An allocation that fails does not
/// throw, it ends the module.
pub const MAX_CAPACITY: usize = 1 << 20;

/// Why a [`Processor`] refused. JavaScript sees an `Error` with the property `code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessorError {
    /// A window of no bytes. Code `ZERO_CAPACITY`.
    ZeroCapacity,
    /// A window of more than [`MAX_CAPACITY`] bytes. Code `CAPACITY_TOO_LARGE`.
    CapacityTooLarge {
        /// The capacity that was asked for, in bytes.
        requested: usize,
    },
    /// The stream was finished before. Code `FINISHED`.
    Finished,
}

impl ProcessorError {
    /// Returns the code that a program can test, and that never changes: the one which the variant's documentation names.
    pub fn code(&self) -> &'static str {
        todo!("return the code of {self:?}")
    }
}

impl fmt::Display for ProcessorError {
    /// Writes a sentence for people. Programs test the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroCapacity => write!(f, "the window must hold at least one byte"),
            Self::CapacityTooLarge { requested } => write!(
                f,
                "a window of {requested} bytes is too large: the limit is {MAX_CAPACITY}"
            ),
            Self::Finished => write!(f, "the stream is finished"),
        }
    }
}

impl std::error::Error for ProcessorError {}

impl From<ProcessorError> for JsValue {
    /// Makes a JavaScript `Error` with the error's text as its `message` and the property `code`.
    fn from(error: ProcessorError) -> Self {
        todo!("make a JavaScript Error of {error:?}")
    }
}

/// Digests a stream, chunk by chunk, and keeps its latest bytes.
#[wasm_bindgen]
pub struct Processor {}

#[wasm_bindgen]
impl Processor {
    /// Makes a processor whose window holds the latest `capacity` bytes.
    ///
    /// This is the only function that sets memory aside for the window.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::ZeroCapacity`] for 0, [`ProcessorError::CapacityTooLarge`] above [`MAX_CAPACITY`].
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Result<Processor, ProcessorError> {
        todo!("make a processor with a window of {capacity} bytes")
    }

    /// Takes the next chunk of the stream: it goes into the digest, and its latest bytes go into the window. A chunk may be
    /// of any length, none and more than the window's included. Memory does not grow.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::Finished`] after [`finish`](Self::finish); nothing changes.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), ProcessorError> {
        todo!("take {} bytes", chunk.len())
    }

    /// The number of bytes pushed so far. JavaScript reads it as a property, and gets a `BigInt`.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> u64 {
        todo!("count the bytes")
    }

    /// The CRC-32 of all bytes pushed so far, however they were cut into chunks.
    ///
    /// CRC-32 as zip, gzip and PNG compute it: the register begins as `0xFFFF_FFFF`. Each byte is xored into its lowest
    /// eight bits; then, eight times, the register is shifted right by one, and xored with `0xEDB8_8320` if the bit
    /// that fell out was 1. The digest is the register's complement.
    #[wasm_bindgen(getter)]
    pub fn digest(&self) -> u32 {
        todo!("return the digest of the bytes so far")
    }

    /// The window: the latest bytes of the stream, the oldest first, at most `capacity` of them.
    ///
    /// What JavaScript gets is a view of this module's memory, not a copy. It is good until the next call into the
    /// module: memory that grows is a new `ArrayBuffer`, and a view of the old one is empty.
    pub fn window(&self) -> Uint8Array {
        todo!("return a view of the window")
    }

    /// Ends the stream and returns its digest. The window, the total and the digest can still be read.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::Finished`] if the stream was finished before.
    pub fn finish(&mut self) -> Result<u32, ProcessorError> {
        todo!("end the stream")
    }
}
