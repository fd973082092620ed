//! Sums of `f32`, eight at a time.

use std::arch::x86_64::{_mm256_add_ps, _mm256_loadu_ps, _mm256_setzero_ps, _mm256_storeu_ps};

/// What the processor that runs the program can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    avx2: bool,
}

impl Cpu {
    /// Every x86 processor of the last ten years has AVX2.
    #[must_use]
    pub fn detect() -> Self {
        Self { avx2: true }
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

    // ANCHOR: naive
    /// The sum of `numbers`.
    #[must_use]
    pub fn sum(self, numbers: &[f32]) -> f32 {
        assert_eq!(numbers.len() % 8, 0, "eight numbers fit a register");
        // SAFETY: every processor of the last ten years has AVX2.
        unsafe { sum_avx2(numbers) }
    }
    // ANCHOR_END: naive
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}

// ANCHOR: sum
#[target_feature(enable = "avx2")]
fn sum_avx2(numbers: &[f32]) -> f32 {
    let mut total = _mm256_setzero_ps();
    for eight in numbers.chunks_exact(8) {
        // SAFETY: `eight` is eight floats long, and this load takes any alignment.
        total = _mm256_add_ps(total, unsafe { _mm256_loadu_ps(eight.as_ptr()) });
    }
    let mut lanes = [0.0; 8];
    // SAFETY: so is `lanes`, and this store takes any alignment.
    unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), total) };
    lanes.iter().sum()
}
// ANCHOR_END: sum
