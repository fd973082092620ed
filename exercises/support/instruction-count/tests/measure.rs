//! Measures code whose cost is known well enough to tell right counts from wrong ones.

use instruction_count::{Error, measure};
use std::hint::black_box;

fn add_up(numbers: &[u64]) -> u64 {
    let mut total = 0_u64;
    for number in numbers {
        total = black_box(total.wrapping_add(*number));
    }
    total
}

#[test]
fn an_empty_closure_costs_nothing() {
    let [nothing] = measure([&mut || {}]).unwrap();
    assert_eq!(nothing.instructions, 0, "{nothing}");
}

#[test]
fn twice_the_work_costs_twice_as_much() {
    let numbers: Vec<u64> = (0..2000).collect();
    let [half, whole, again] = measure([
        &mut || _ = black_box(add_up(black_box(&numbers[..1000]))),
        &mut || _ = black_box(add_up(black_box(&numbers))),
        &mut || _ = black_box(add_up(black_box(&numbers))),
    ])
    .unwrap();
    assert!(half.instructions >= 1000, "{half}");
    let doubled = whole.instructions as f64 / half.instructions as f64;
    assert!((1.95..2.05).contains(&doubled), "{half}, then {whole}");
    assert_eq!(
        whole.instructions, again.instructions,
        "the same work must have the same cost"
    );
    assert!(half.per_element(1000) >= 1.0);
}

#[test]
fn what_the_test_does_before_is_not_counted() {
    let many: Vec<u64> = (0..100_000).collect();
    let before = add_up(&many);
    let [little] = measure([&mut || _ = black_box(add_up(black_box(&many[..10])))]).unwrap();
    assert!(little.instructions < 2000, "{little}");
    assert_eq!(
        before, 4_999_950_000,
        "the test goes on after the measurement"
    );
}

#[test]
fn random_branches_are_mispredicted() {
    // A multiplicative generator: its middle bits look random to a branch predictor.
    let mut state = 1_u32;
    let random: Vec<u32> = (0..4000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) & 1
        })
        .collect();
    let constant = vec![1_u32; 4000];
    let count = |bits: &[u32]| {
        let mut ones = 0;
        for bit in bits {
            if black_box(*bit) == 1 {
                ones = black_box(ones + 1);
            }
        }
        black_box(ones);
    };
    let [random, constant] = measure([&mut || count(&random), &mut || count(&constant)]).unwrap();
    assert!(constant.branches > 4000, "{constant}");
    assert!(random.mispredicted > 1000, "{random}");
    assert!(constant.mispredicted < 100, "{constant}");
}

#[test]
fn strides_miss_the_cache() {
    // 4 MiB: far more than the first level holds.
    let table = vec![1_u64; 1 << 19];
    let visit = |stride: usize| {
        let mut at = 0;
        for _ in 0..1 << 14 {
            black_box(table[at]);
            at = (at + stride) % table.len();
        }
    };
    // Touched before, so that neither piece of work pays for the first visit.
    black_box(table.iter().sum::<u64>());
    let [in_order, strided] = measure([&mut || visit(1), &mut || visit(129)]).unwrap();
    assert!(
        strided.l1_misses > 4 * in_order.l1_misses,
        "{in_order} against {strided}"
    );
    assert!(in_order.memory_misses <= in_order.l1_misses, "{in_order:?}");
}

#[test]
fn a_panic_in_the_work_is_an_error_that_shows_it() {
    let error = measure([&mut || panic!("the work gave up")]).unwrap_err();
    assert!(matches!(error, Error::Unfinished { .. }), "{error}");
    assert!(error.to_string().contains("the work gave up"), "{error}");
}

#[test]
fn an_exit_in_the_work_is_no_measurement() {
    let error = measure([&mut || std::process::exit(0), &mut || {}]).unwrap_err();
    assert!(matches!(error, Error::Unfinished { .. }), "{error}");
}

#[test]
fn a_second_call_is_refused() {
    measure([&mut || {}]).unwrap();
    let error = measure([&mut || {}]).unwrap_err();
    assert!(matches!(error, Error::Twice), "{error}");
}

mod nested {
    use super::measure;

    #[test]
    fn a_test_in_a_module_finds_itself() {
        let [cost] = measure([&mut || {}]).unwrap();
        assert_eq!(cost.instructions, 0, "{cost}");
    }

    #[test]
    #[ignore = "shows that ignored tests can be measured too"]
    fn an_ignored_test_finds_itself() {
        measure([&mut || {}]).unwrap();
    }
}
