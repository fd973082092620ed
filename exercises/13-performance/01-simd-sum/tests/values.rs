//! What a sum is: the same numbers, every length, on every processor.

use performance_simd_sum::{Cpu, sum};
use proptest::prelude::*;

/// How far the result may be from the exact sum: one rounding (half a unit in the last place, 2⁻²⁴ of the value) for
/// each addition that a number goes through. With 32 running sums there are `length / 32` of them; 40 more
/// pay for joining the sums and for what is left at the end.
fn tolerance(numbers: &[f32]) -> f64 {
    let roundings = numbers.len() as f64 / 32.0 + 40.0;
    let magnitude: f64 = numbers.iter().map(|number| f64::from(number.abs())).sum();
    roundings * magnitude / f64::from(1 << 24)
}

/// Both ways to sum. On a processor without AVX2, they are the same.
fn both() -> [Cpu; 2] {
    [Cpu::baseline(), Cpu::detect()]
}

#[track_caller]
fn assert_close(cpu: Cpu, numbers: &[f32]) {
    let exact: f64 = numbers.iter().map(|number| f64::from(*number)).sum();
    let got = cpu.sum(numbers);
    let (error, allowed) = ((f64::from(got) - exact).abs(), tolerance(numbers));
    assert!(
        error <= allowed,
        "{cpu:?}: the sum of {} numbers is {exact}, got {got}: off by {error}, allowed {allowed}",
        numbers.len()
    );
}

#[test]
fn sums_every_length() {
    // Slices come in all lengths, and few are a multiple of a register's width. Small integers add up without
    // rounding, so the result must be exact, and each missing or doubled number shows.
    for cpu in both() {
        for length in 0..=300_u16 {
            let numbers: Vec<f32> = (1..=length).map(f32::from).collect();
            let expected = f32::from(length) * (f32::from(length) + 1.0) / 2.0;
            let got = cpu.sum(&numbers);
            assert_eq!(got, expected, "{cpu:?}: the sum of 1, 2, … {length}");
        }
    }
}

#[test]
fn takes_any_alignment() {
    // A slice of `f32` starts at a multiple of 4 bytes, while an AVX register is 32 bytes wide. An aligned load at an
    // address that isn't a multiple of 32 is undefined behaviour, and mostly a crash.
    let numbers: Vec<f32> = (0..200_u8).map(f32::from).collect();
    for cpu in both() {
        for start in 0..32 {
            let expected = (start..200).sum::<usize>() as f32;
            assert_eq!(
                cpu.sum(&numbers[start..]),
                expected,
                "{cpu:?}: from number {start} on"
            );
        }
    }
}

#[test]
fn many_small_numbers_count_beside_large_ones() {
    // From 2²⁴ on, the neighbours of an `f32` are 2 apart: adding 1 to it changes nothing. So a running sum that
    // starts with 2²⁴ drops every 1 that follows. Here the first eight do: a single AVX register, which keeps
    // eight running sums, drops them all, and a scalar sum does too. With 32 or more, most of them never meet.
    for cpu in both() {
        for length in [1 << 12, 1 << 16] {
            let mut numbers = vec![1.0; length];
            numbers[..8].fill(16_777_216.0);
            assert_close(cpu, &numbers);
        }
    }
}

#[test]
fn large_numbers_may_come_anywhere() {
    // The same, with the eight large numbers further on, so that no running sum is safe from them.
    for cpu in both() {
        for start in (0..64).step_by(8) {
            let mut numbers = vec![1.0; 1 << 14];
            numbers[start..start + 8].fill(16_777_216.0);
            assert_close(cpu, &numbers);
        }
    }
}

#[test]
fn short_slices_are_within_the_bound() {
    // The bound leaves forty roundings for joining the sums and for the rest. That is enough for both if each is done in halves, and not if
    // sixty numbers are added one after the other: each 1 that meets 2²⁴ alone is lost.
    for cpu in both() {
        for length in 1..=300 {
            for place in [0, length / 2, length - 1] {
                let mut numbers = vec![1.0; length];
                numbers[place] = 16_777_216.0;
                assert_close(cpu, &numbers);
            }
        }
    }
}

#[test]
fn infinities_and_nan_reach_the_result() {
    // What isn't a number must not be lost on the way, wherever it stands: not in a lane, and not in the tail.
    for cpu in both() {
        for place in [0, 7, 31, 32, 63, 64, 69] {
            let mut numbers = [1.0_f32; 70];
            numbers[place] = f32::INFINITY;
            assert_eq!(
                cpu.sum(&numbers),
                f32::INFINITY,
                "{cpu:?}: an infinity at {place}"
            );
            numbers[place] = f32::NAN;
            assert!(cpu.sum(&numbers).is_nan(), "{cpu:?}: a NaN at {place}");
        }
    }
}

#[test]
fn detects_what_the_processor_has() {
    // The build machine's processor isn't the user's: `cfg!(target_feature = "avx2")` tells what the compiler was
    // allowed to assume, which is almost always no. Only the running program can ask.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let expected = is_x86_feature_detected!("avx2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let expected = false;
    assert_eq!(
        Cpu::detect().has_avx2(),
        expected,
        "does this processor have AVX2?"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stays_within_the_error_bound(numbers in prop::collection::vec(-1e6_f32..1e6, 0..2000)) {
        // Whatever the numbers, no result may be further from an exact sum than the number of roundings explains. The
        // exact one is computed in `f64`, which has 29 bits more.
        for cpu in both() {
            assert_close(cpu, &numbers);
        }
        assert_eq!(sum(&numbers), Cpu::detect().sum(&numbers), "`sum` is the sum on the detected processor");
    }
}
