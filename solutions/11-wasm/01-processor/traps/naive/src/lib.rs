//! A stream processor for JavaScript: a running digest of all that went through, and a window on the latest bytes.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

/// The largest window that a [`Processor`] agrees to, in bytes.
pub const MAX_CAPACITY: usize = 1 << 20;

// ANCHOR: naive
/// Digests a stream, chunk by chunk, and keeps its latest bytes.
#[wasm_bindgen]
pub struct Processor {
    history: Vec<u8>,
    capacity: usize,
    finished: bool,
}

#[wasm_bindgen]
impl Processor {
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Result<Processor, JsValue> {
        if capacity == 0 || capacity > MAX_CAPACITY {
            return Err(format!("a window of {capacity} bytes is impossible").into());
        }
        Ok(Self { history: Vec::new(), capacity, finished: false })
    }

    pub fn push(&mut self, chunk: &[u8]) -> Result<(), JsValue> {
        if self.finished {
            return Err("the stream is finished".into());
        }
        self.history.extend_from_slice(chunk);
        Ok(())
    }

    #[wasm_bindgen(getter)]
    pub fn digest(&self) -> u32 {
        crc32(&self.history)
    }

    pub fn window(&self) -> Uint8Array {
        let start = self.history.len().saturating_sub(self.capacity);
        Uint8Array::from(&self.history[start..])
    }
    // ANCHOR_END: naive

    #[wasm_bindgen(getter)]
    pub fn total(&self) -> u64 {
        self.history.len() as u64
    }

    pub fn finish(&mut self) -> Result<u32, JsValue> {
        if self.finished {
            return Err("the stream is finished".into());
        }
        self.finished = true;
        Ok(self.digest())
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut register = u32::MAX;
    for &byte in bytes {
        register ^= u32::from(byte);
        for _ in 0..8 {
            let mask = (register & 1).wrapping_neg();
            register = (register >> 1) ^ (0xEDB8_8320 & mask);
        }
    }
    !register
}
