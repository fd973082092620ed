//! A guest for the world of `src/guest.wit`.

use bindings::exports::workbook::guest::processing::{Fault, Guest};

/// The trait `Guest` and the enum `Fault`, as the WIT file has them, and what carries arguments and results across the
/// border.
mod bindings {
    wit_bindgen::generate!({ world: "guest", path: "src/guest.wit" });
}

struct Processing;

impl Guest for Processing {
    fn hash(data: Vec<u8>) -> i32 {
        data.iter().fold(0, |hash: i32, &byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        })
    }

    fn bucket(key: Vec<u8>, buckets: u32) -> Result<u32, Fault> {
        // In 64 bits every hash and every number of buckets is what it is, and no remainder overflows.
        i64::from(Self::hash(key))
            .checked_rem_euclid(buckets.into())
            .map(|bucket| bucket as u32)
            .ok_or(Fault::NoBuckets)
    }

    fn mean(samples: Vec<i32>) -> Result<i32, Fault> {
        // 2^32 samples of 31 bits add up to 63: more than a 32-bit memory holds.
        let sum: i64 = samples.iter().map(|&sample| i64::from(sample)).sum();
        // A mean lies between the least and the greatest sample, so it is a sample's type that it fits.
        sum.checked_div(samples.len() as i64)
            .map(|mean| mean as i32)
            .ok_or(Fault::NoSamples)
    }

    fn unpack(packed: Vec<u8>, limit: u32) -> Result<Vec<u8>, Fault> {
        let (runs, rest) = packed.as_chunks();
        if !rest.is_empty() {
            return Err(Fault::Truncated((packed.len() - rest.len()) as u32));
        }
        // `usize` has 32 bits here: two counts may be more than it holds.
        let size: u64 = runs.iter().map(|run| u64::from(split(run).0)).sum();
        if size > limit.into() {
            return Err(Fault::TooLarge(size));
        }
        let mut unpacked = Vec::with_capacity(size as usize);
        for (count, byte) in runs.iter().map(split) {
            unpacked.resize(unpacked.len() + count as usize, byte);
        }
        Ok(unpacked)
    }
}

/// The count of a run, and its byte.
fn split(&[a, b, c, d, byte]: &[u8; 5]) -> (u32, u8) {
    (u32::from_le_bytes([a, b, c, d]), byte)
}

bindings::export!(Processing with_types_in bindings);
