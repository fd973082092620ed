//! A stream processor for JavaScript: a running digest of all that went through, and a window on the latest bytes.

use std::fmt;

use js_sys::{Reflect, Uint8Array};
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
        match self {
            Self::ZeroCapacity => "ZERO_CAPACITY",
            Self::CapacityTooLarge { .. } => "CAPACITY_TOO_LARGE",
            Self::Finished => "FINISHED",
        }
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
        let js = js_sys::Error::new(&error.to_string());
        // `set` fails on frozen objects and throwing setters. A new Error has neither, and if it ever had, an error
        // without a code would still be better than none.
        let _ = Reflect::set(&js, &"code".into(), &error.code().into());
        js.into()
    }
}

/// Digests a stream, chunk by chunk, and keeps its latest bytes.
#[wasm_bindgen]
pub struct Processor {
    /// The latest bytes, the oldest first: never more than `capacity`, so never reallocated.
    window: Vec<u8>,
    /// `Vec::capacity` may be more than was asked for, so the limit is kept here.
    capacity: usize,
    crc: Crc32,
    total: u64,
    finished: bool,
}

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
        match capacity {
            0 => Err(ProcessorError::ZeroCapacity),
            1..=MAX_CAPACITY => Ok(Self {
                window: Vec::with_capacity(capacity),
                capacity,
                crc: Crc32::new(),
                total: 0,
                finished: false,
            }),
            requested => Err(ProcessorError::CapacityTooLarge { requested }),
        }
    }

    /// Takes the next chunk of the stream: it goes into the digest, and its latest bytes go into the window. A chunk may be
    /// of any length, none and more than the window's included. Memory does not grow.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::Finished`] after [`finish`](Self::finish); nothing changes.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), ProcessorError> {
        self.check_unfinished()?;
        self.crc.update(chunk);
        self.total += chunk.len() as u64;

        // Only what will stay is copied, and room is made first: the vector never exceeds its capacity.
        let (_, latest) = chunk.split_at(chunk.len().saturating_sub(self.capacity));
        let excess = (self.window.len() + latest.len()).saturating_sub(self.capacity);
        self.window.drain(..excess);
        self.window.extend_from_slice(latest);
        Ok(())
    }

    /// The number of bytes pushed so far. JavaScript reads it as a property, and gets a `BigInt`.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The CRC-32 of all bytes pushed so far, however they were cut into chunks.
    ///
    /// CRC-32 as zip, gzip and PNG compute it: the register begins as `0xFFFF_FFFF`. Each byte is xored into its lowest
    /// eight bits; then, eight times, the register is shifted right by one, and xored with `0xEDB8_8320` if the bit
    /// that fell out was 1. The digest is the register's complement.
    #[wasm_bindgen(getter)]
    pub fn digest(&self) -> u32 {
        self.crc.digest()
    }

    /// The window: the latest bytes of the stream, the oldest first, at most `capacity` of them.
    ///
    /// What JavaScript gets is a view of this module's memory, not a copy. It is good until the next call into the
    /// module: memory that grows is a new `ArrayBuffer`, and a view of the old one is empty.
    pub fn window(&self) -> Uint8Array {
        // SAFETY: the bytes belong to `self`, which outlives this call, and nothing between here and the return to
        // JavaScript allocates from linear memory, so the view is whole when it arrives. That JavaScript lets go of it
        // before the next call, and only reads, is its part of the contract, and is documented above.
        unsafe { Uint8Array::view(&self.window) }
    }

    /// Ends the stream and returns its digest. The window, the total and the digest can still be read.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::Finished`] if the stream was finished before.
    pub fn finish(&mut self) -> Result<u32, ProcessorError> {
        self.check_unfinished()?;
        self.finished = true;
        Ok(self.digest())
    }

    fn check_unfinished(&self) -> Result<(), ProcessorError> {
        if self.finished {
            return Err(ProcessorError::Finished);
        }
        Ok(())
    }
}

/// CRC-32 (ISO-HDLC, the one of zip, gzip and PNG), a bit at a time.
struct Crc32 {
    register: u32,
}

impl Crc32 {
    /// The generator polynomial, lowest power in the highest bit.
    const POLYNOMIAL: u32 = 0xEDB8_8320;

    const fn new() -> Self {
        Self { register: u32::MAX }
    }

    fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.register ^= u32::from(byte);
            for _ in 0..8 {
                // All ones if the bit that falls out is 1, else zero: no branch for random data to mispredict.
                let mask = (self.register & 1).wrapping_neg();
                self.register = (self.register >> 1) ^ (Self::POLYNOMIAL & mask);
            }
        }
        self.register = !self.register;
    }

    /// The digest so far. The register goes on as it is: complementing it in place would end the stream.
    const fn digest(&self) -> u32 {
        self.register
    }
}
