//! What must hold for every product of two matrices.

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

// ANCHOR: naive
proptest! {
    #[test]
    fn multiplication_works(left in matrix(), right in matrix()) {
        let product = left.multiply(&right);
        prop_assert!(product.is_ok() || left.columns() != right.rows());
    }
}
// ANCHOR_END: naive
