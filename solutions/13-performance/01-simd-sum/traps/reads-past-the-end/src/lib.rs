//! Sums of `f32`, with AVX2 where the processor has it and without where it has not.

/// What the processor that runs the program can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    avx2: bool,
}

impl Cpu {
    /// Asks the processor, at run time, whether it has AVX2.
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

    /// The sum of `numbers`.
    #[must_use]
    pub fn sum(self, numbers: &[f32]) -> f32 {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: only `detect` sets `avx2`, and only where the processor says that it has AVX2.
            return unsafe { avx2::sum(numbers) };
        }
        portable(numbers)
    }
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}

fn portable(numbers: &[f32]) -> f32 {
    let (blocks, rest) = numbers.as_chunks::<32>();
    let mut lanes = [0.0_f32; 32];
    for block in blocks {
        for (lane, number) in lanes.iter_mut().zip(block) {
            *lane += number;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    pub(super) fn sum(numbers: &[f32]) -> f32 {
        let mut lanes = [_mm256_setzero_ps(); 4];
        let blocks = numbers.chunks_exact(32);
        let rest = blocks.remainder();
        for block in blocks {
            for (lane, eight) in lanes.iter_mut().zip(block.chunks_exact(8)) {
                // SAFETY: `eight` is eight floats long, and this load takes any alignment.
                *lane = _mm256_add_ps(*lane, unsafe { _mm256_loadu_ps(eight.as_ptr()) });
            }
        }
        // A whole register for what is left: the mask drops the numbers that are not ours.
        for eight in rest.chunks(8) {
            let mask = _mm256_cmp_ps::<_CMP_LT_OQ>(
                _mm256_setr_ps(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),
                _mm256_set1_ps(eight.len() as f32),
            );
            // SAFETY: the numbers past the end are masked out.
            let loaded = unsafe { _mm256_loadu_ps(eight.as_ptr()) };
            lanes[0] = _mm256_add_ps(lanes[0], _mm256_and_ps(loaded, mask));
        }
        let total = _mm256_add_ps(
            _mm256_add_ps(lanes[0], lanes[1]),
            _mm256_add_ps(lanes[2], lanes[3]),
        );
        let mut eight = [0.0; 8];
        // SAFETY: `eight` is eight floats long, and this store takes any alignment.
        unsafe { _mm256_storeu_ps(eight.as_mut_ptr(), total) };
        eight.iter().sum()
    }
}
