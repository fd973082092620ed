//! A guest for the world of `src/guest.wit`.

use bindings::exports::workbook::guest::processing::{Fault, Guest};

/// The trait `Guest` and the enum `Fault`, as the WIT file has them, and what carries arguments and results across the
/// border.
mod bindings {
    wit_bindgen::generate!({ world: "guest", path: "src/guest.wit" });
}

struct Processing;

// ANCHOR: naive
impl Guest for Processing {
    fn hash(data: Vec<u8>) -> i32 {
        data.iter()
            .fold(0, |hash, &byte| hash * 31 + i32::from(byte))
    }

    fn bucket(key: Vec<u8>, buckets: u32) -> Result<u32, Fault> {
        Ok(Self::hash(key).abs() as u32 % buckets)
    }

    fn mean(samples: Vec<i32>) -> Result<i32, Fault> {
        Ok(samples.iter().sum::<i32>() / samples.len() as i32)
    }

    fn unpack(packed: Vec<u8>, limit: u32) -> Result<Vec<u8>, Fault> {
        let mut unpacked = Vec::new();
        for run in packed.chunks(5) {
            let count = u32::from_le_bytes(run[..4].try_into().unwrap());
            unpacked.extend(vec![run[4]; count as usize]);
        }
        if unpacked.len() > limit as usize {
            return Err(Fault::TooLarge(unpacked.len() as u64));
        }
        Ok(unpacked)
    }
}
// ANCHOR_END: naive

bindings::export!(Processing with_types_in bindings);
