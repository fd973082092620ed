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
    /// A processor that isn't an x86 has no AVX2, and the crate still compiles for it.
    #[must_use]
    pub fn detect() -> Self {
        Self {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            avx2: is_x86_feature_detected!("avx2"),
            #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
            avx2: false,
        }
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
    /// is within `(numbers.len() / 32 + 40) * 2⁻²⁴ * (the sum of the absolute values)` of the exact one.
    #[must_use]
    pub fn sum(self, numbers: &[f32]) -> f32 {
        let blocks = match self.avx2 {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            // SAFETY: `self` is the proof that the processor has AVX2.
            true => unsafe { add_up_avx2(numbers) },
            _ => add_up(numbers),
        };
        let sum = blocks.join();
        if sum.is_finite() {
            return sum;
        }
        sum_in_f64(numbers)
    }
}

/// The sum of `numbers`, the fastest way that this processor allows.
#[must_use]
pub fn sum(numbers: &[f32]) -> f32 {
    Cpu::detect().sum(numbers)
}

/// For a sum that is no number or infinite, which the running sums may be without need: one of them may have gone beyond
/// the largest `f32`, and the rest would have brought it back.
#[cold]
#[inline(never)]
fn sum_in_f64(numbers: &[f32]) -> f32 {
    numbers.iter().map(|&number| f64::from(number)).sum::<f64>() as f32
}

/// 32 running sums, as rows of eight.
#[derive(Clone, Copy)]
struct Sums([[f32; 8]; 4]);

impl Sums {
    #[inline(always)]
    fn add(&mut self, block: &[f32; 32]) {
        let (rows, _) = block.as_chunks::<8>();
        for (sums, row) in self.0.iter_mut().zip(rows) {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += number;
            }
        }
    }

    /// In pairs, so that nothing is rounded more than five times.
    fn join(self) -> f32 {
        let [a, b, c, d] = self.0;
        let [a, b, c, d] = [a, b, c, d]
            .map(|[a, b, c, d, e, f, g, h]: [f32; 8]| ((a + b) + (c + d)) + ((e + f) + (g + h)));
        (a + b) + (c + d)
    }
}

#[inline(always)]
fn add_up(numbers: &[f32]) -> Sums {
    let mut sums = Sums([[0.0; 8]; 4]);
    let (blocks, tail) = numbers.as_chunks::<32>();
    for block in blocks {
        sums.add(block);
    }
    if !tail.is_empty() {
        // Zeroes change no sum.
        let mut block = [0.0; 32];
        for (place, number) in block.iter_mut().zip(tail) {
            *place = *number;
        }
        sums.add(&block);
    }
    sums
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[target_feature(enable = "avx2")]
fn add_up_avx2(numbers: &[f32]) -> Sums {
    add_up(numbers)
}
