//! What must hold for every product of two matrices.
//!
//! Yours to write: the code in `src/lib.rs` is right, and `mutants/` holds versions of it that are wrong. Your tests must
//! accept the right one, and reject each of the wrong ones. How many tests you write, and how they are called, is up to
//! you. This one accepts almost anything.

use proptest::prelude::*;
use testing_properties::Matrix;

/// Matrices of up to three rows and columns.
fn matrix() -> impl Strategy<Value = Matrix> {
    (1..=3_usize, 1..=3_usize).prop_flat_map(|(rows, columns)| {
        let elements = prop::collection::vec((0..=9).prop_map(f64::from), rows * columns);
        elements.prop_map(move |elements| {
            Matrix::new(rows, columns, elements).expect("as many elements as there are places")
        })
    })
}

proptest! {
    #[test]
    fn multiplication_works(left in matrix(), right in matrix()) {
        let product = left.multiply(&right);
        prop_assert!(product.is_ok() || left.columns() != right.rows());
    }
}
