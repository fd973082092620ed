//! What must hold for every product of two matrices.

use proptest::prelude::*;
use testing_properties::{Matrix, ShapeError};

/// Sizes from nothing to beyond one block of four.
const SIZES: std::ops::RangeInclusive<usize> = 0..=6;

/// A matrix of this size. Its elements are whole numbers, whose sums and products are exact, on both sides of zero.
fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Matrix> {
    let elements = prop::collection::vec((-9..=9).prop_map(f64::from), rows * columns);
    elements.prop_map(move |elements| {
        Matrix::new(rows, columns, elements).expect("as many elements as there are places")
    })
}

/// Two square matrices of one size.
fn pair() -> impl Strategy<Value = (Matrix, Matrix)> {
    SIZES.prop_flat_map(|size| (matrix(size, size), matrix(size, size)))
}

/// Three square matrices of one size.
fn triple() -> impl Strategy<Value = (Matrix, Matrix, Matrix)> {
    SIZES.prop_flat_map(|size| (matrix(size, size), matrix(size, size), matrix(size, size)))
}

/// Two matrices that don't.
fn misfits() -> impl Strategy<Value = (Matrix, Matrix)> {
    (SIZES, SIZES, SIZES, SIZES)
        .prop_filter("the inner sizes differ", |(_, columns, rows, _)| {
            columns != rows
        })
        .prop_flat_map(|(a, b, c, d)| (matrix(a, b), matrix(c, d)))
}

fn product(left: &Matrix, right: &Matrix) -> Result<Matrix, TestCaseError> {
    left.multiply(right)
        .map_err(|error| TestCaseError::fail(format!("operands that fit are refused: {error}")))
}

proptest! {
    #[test]
    fn the_identity_changes_nothing((matrix, _) in pair()) {
        let (left, right) = (Matrix::identity(matrix.rows()), Matrix::identity(matrix.columns()));
        prop_assert_eq!(&product(&left, &matrix)?, &matrix);
        prop_assert_eq!(&product(&matrix, &right)?, &matrix);
    }

    #[test]
    fn the_order_of_multiplying_does_not_matter((a, b, c) in triple()) {
        prop_assert_eq!(product(&product(&a, &b)?, &c)?, product(&a, &product(&b, &c)?)?);
    }

    #[test]
    fn transposing_reverses_a_product((left, right) in pair()) {
        let reversed = product(&right.transpose(), &left.transpose())?;
        prop_assert_eq!(product(&left, &right)?.transpose(), reversed);
    }

    #[test]
    fn operands_that_do_not_fit_are_refused((left, right) in misfits()) {
        let refusal = ShapeError::Operands { columns: left.columns(), rows: right.rows() };
        prop_assert_eq!(left.multiply(&right), Err(refusal));
    }
}
