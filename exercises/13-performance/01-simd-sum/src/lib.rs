//! Sums of `f32`, with AVX2 where the processor has it and without where it has not.

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
        todo!("ask the processor")
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
        todo!("sum {} numbers with {self:?}", numbers.len())
    }
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}
