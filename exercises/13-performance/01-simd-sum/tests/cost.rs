//! What a sum costs, in instructions counted on a simulated processor, so that the verdict is the same everywhere.

use instruction_count::{Cost, measure};
use performance_simd_sum::Cpu;
use std::hint::black_box;

/// Long enough that what happens once a call doesn't matter, and no multiple of any vector's width.
const LENGTH: usize = 16_411;

/// Instructions a number, with AVX2. A register holds eight numbers, so nobody gets below 0.125. The reference takes
/// 0.18: an addition for each eight numbers, and the loop. The budget is more than twice that, and what a
/// sum without AVX2 needs for loading and adding alone: whoever is above it has gained nothing by AVX2.
const AVX2_BUDGET: f64 = 0.5;

/// Instructions a number, without AVX2. A register holds four numbers, and SSE loads what isn't aligned with an
/// instruction of its own: 0.5. The reference takes 0.60, with the loop. A scalar sum takes at least 1.
const BASELINE_BUDGET: f64 = 0.75;

/// The costs of summing the same numbers one by one, and on `cpu`.
fn scalar_and_sum_on(cpu: Cpu) -> [Cost; 2] {
    assert!(
        !cfg!(debug_assertions),
        "an unoptimised build costs what it likes: run these tests with `cargo nextest run --release`"
    );
    let numbers: Vec<f32> = (0..LENGTH).map(|i| (i % 100) as f32).collect();
    measure([
        &mut || _ = black_box(black_box(&numbers).iter().sum::<f32>()),
        &mut || _ = black_box(cpu.sum(black_box(&numbers))),
    ])
    .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn avx2_beats_the_scalar_sum() {
    // An addition of two scalars adds one number, an addition of two AVX registers adds eight. If the cost is not
    // a fraction of the scalar sum's, the wide instructions aren't reached, or are drowned in bookkeeping.
    let cpu = Cpu::detect();
    let [scalar, wide] = scalar_and_sum_on(cpu);
    if !cpu.has_avx2() {
        eprintln!("this processor has no AVX2, so there is nothing to check but the fallback");
        return;
    }
    assert!(
        wide.instructions * 2 < scalar.instructions,
        "expected less than half of the scalar sum's {} instructions for {LENGTH} numbers, got {}",
        scalar.instructions,
        wide.instructions,
    );
    let each = wide.per_element(LENGTH);
    assert!(
        each <= AVX2_BUDGET,
        "expected at most {AVX2_BUDGET} instructions a number with AVX2, got {each:.3}"
    );
}

#[test]
fn the_fallback_is_vectorised_too() {
    // Every x86-64 processor has SSE2, and every 64-bit Arm has NEON: four numbers an instruction, without asking.
    // The compiler uses them by itself if the order of additions that you wrote allows it.
    let [scalar, fallback] = scalar_and_sum_on(Cpu::baseline());
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        eprintln!("this architecture guarantees no vector registers, so there is nothing to check");
        return;
    }
    let each = fallback.per_element(LENGTH);
    assert!(
        each <= BASELINE_BUDGET,
        "expected at most {BASELINE_BUDGET} instructions a number without AVX2, got {each:.3} \
         (the scalar sum takes {:.3})",
        scalar.per_element(LENGTH),
    );
}

#[test]
fn the_baseline_uses_no_avx() {
    // On a processor without AVX, an AVX instruction ends the program with SIGILL. The machine at hand may have it, so
    // the test counts instead: without AVX, an instruction adds four numbers at most, and summing n of them takes
    // n / 4 instructions at the very least. Whoever needs fewer has used what `Cpu::baseline()` did not promise.
    let [_, fallback] = scalar_and_sum_on(Cpu::baseline());
    if cfg!(target_feature = "avx") || !cfg!(target_arch = "x86_64") {
        eprintln!(
            "this build may use AVX anywhere, or is not for x86-64, so there is nothing to check"
        );
        return;
    }
    let least = LENGTH as u64 / 4;
    assert!(
        fallback.instructions >= least,
        "{LENGTH} numbers need at least {least} instructions without AVX, but `Cpu::baseline().sum(…)` took {}: \
         it used registers that it was told not to use, and would crash on a processor that lacks them",
        fallback.instructions,
    );
}
