//! Sums of `f32`, with AVX2 where the processor has it and without where it has not.

/// The running sums. Number `i` goes to sum `i % LANES`, on every processor.
const LANES: usize = 32;

/// What the processor that runs the program can do.
///
/// [`Cpu::detect`] is the only way to a value that claims AVX2, so holding one is the proof that the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    avx2: bool,
}

impl Cpu {
    /// Asks the processor, at run time, whether it has AVX2.
    ///
    /// A processor that isn't an x86 (of 32 or 64 bits) has no AVX2, and the crate still compiles for it.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        let avx2 = is_x86_feature_detected!("avx2");
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        let avx2 = false;
        Self { avx2 }
    }

    /// Assumes no more than what every processor of the architecture has.
    #[must_use]
    pub const fn baseline() -> Self {
        Self { avx2: false }
    }

    /// Whether AVX2 may be used.
    #[must_use]
    pub const fn has_avx2(self) -> bool {
        self.avx2
    }

    /// The sum of `numbers`, of any length and at any address that is right for an `f32`.
    ///
    /// With AVX2, it costs at most half an instruction for each number of a long slice; without, it executes no AVX
    /// instruction and costs at most 0.75. Either way, at least 32 running sums share the work, so that the result
    /// is within `(numbers.len() / 32 + 40) * 2⁻²⁴ * (the sum of the absolute values)` of the exact one, as long as the sum of
    /// the absolute values is itself no more than an `f32` can hold. Beyond that, a running sum may overflow to an infinity.
    #[must_use]
    pub fn sum(self, numbers: &[f32]) -> f32 {
        let (blocks, rest) = numbers.as_chunks();
        let mut lanes = self.add_up(blocks);
        // The rest is shorter than a block: it takes the first lanes.
        for (lane, number) in lanes.iter_mut().zip(rest) {
            *lane += number;
        }
        fold(lanes)
    }

    fn add_up(self, blocks: &[[f32; LANES]]) -> [f32; LANES] {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if self.avx2 {
            // SAFETY: only `detect` sets `avx2`, and only where the processor says that it has AVX2.
            return unsafe { avx2::add_up(blocks) };
        }
        portable::add_up(blocks)
    }
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}

/// Adds the upper half of the lanes to the lower half until one lane is left: five roundings a number, not 31.
fn fold(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        let (lower, upper) = lanes.split_at_mut(width);
        for (low, high) in lower.iter_mut().zip(upper) {
            *low += *high;
        }
    }
    lanes[0]
}

mod portable {
    use super::LANES;

    /// The lanes are independent of each other, which allows the compiler to keep them in whatever vector registers
    /// the target has. A single running sum would forbid it: additions of floats must not change their order.
    pub(super) fn add_up(blocks: &[[f32; LANES]]) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        for block in blocks {
            for (lane, number) in lanes.iter_mut().zip(block) {
                *lane += number;
            }
        }
        lanes
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod avx2 {
    use super::LANES;
    #[cfg(target_arch = "x86")]
    use std::arch::x86::{_mm256_add_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps};
    #[cfg(target_arch = "x86_64")]
    use std::arch::x86_64::{_mm256_add_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps};

    /// Numbers in one register.
    const WIDTH: usize = 8;

    /// Four accumulators: an addition takes about four cycles to finish and one or two can start in each, so a
    /// single one would leave the adder idle most of the time.
    #[target_feature(enable = "avx2")]
    pub(super) fn add_up(blocks: &[[f32; LANES]]) -> [f32; LANES] {
        let mut accumulators = [_mm256_setzero_ps(); LANES / WIDTH];
        for block in blocks {
            let (parts, _) = block.as_chunks::<WIDTH>();
            for (accumulator, part) in accumulators.iter_mut().zip(parts) {
                // SAFETY: `part` is eight floats long, and this load takes any alignment.
                let part = unsafe { _mm256_loadu_ps(part.as_ptr()) };
                *accumulator = _mm256_add_ps(*accumulator, part);
            }
        }
        let mut lanes = [0.0; LANES];
        let (parts, _) = lanes.as_chunks_mut::<WIDTH>();
        for (part, accumulator) in parts.iter_mut().zip(accumulators) {
            // SAFETY: `part` is eight floats long, and this store takes any alignment.
            unsafe { _mm256_storeu_ps(part.as_mut_ptr(), accumulator) };
        }
        lanes
    }
}
