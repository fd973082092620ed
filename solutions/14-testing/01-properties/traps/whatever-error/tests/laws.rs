//! What must hold for every product of two matrices.

use proptest::prelude::*;
use testing_properties::{Matrix, ShapeError};

/// Small sizes above all, and some beyond any block.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 0..=4_usize, 2 => 5..=17_usize, 1 => 18..=40_usize]
}

/// A matrix of this size. Its numbers are whole, so that sums of their products are exact.
fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Matrix> {
    let elements = prop::collection::vec((-1000..=1000).prop_map(f64::from), rows * columns);
    elements.prop_map(move |elements| {
        Matrix::new(rows, columns, elements).expect("as many elements as there are places")
    })
}

fn any_matrix() -> impl Strategy<Value = Matrix> {
    (size(), size()).prop_flat_map(|(rows, columns)| matrix(rows, columns))
}

/// Two matrices that fit.
fn pair() -> impl Strategy<Value = (Matrix, Matrix)> {
    (size(), size(), size())
        .prop_flat_map(|(rows, inner, columns)| (matrix(rows, inner), matrix(inner, columns)))
}

proptest! {
    #[test]
    fn each_element_is_the_sum_of_its_products((left, right) in pair()) {
        let product = left.multiply(&right);
        prop_assert!(product.is_ok());
        let product = product.expect("it is one");
        prop_assert_eq!(product.rows(), left.rows());
        prop_assert_eq!(product.columns(), right.columns());
        for i in 0..left.rows() {
            for j in 0..right.columns() {
                let sum: f64 = (0..left.columns()).map(|k| left.at(i, k) * right.at(k, j)).sum();
                prop_assert_eq!(product.at(i, j), sum, "in row {} and column {}", i, j);
            }
        }
    }

    #[test]
    fn a_product_has_no_other_elements((left, right) in pair()) {
        let product = left.multiply(&right).expect("they fit");
        let mut elements = Vec::new();
        for i in 0..product.rows() {
            for j in 0..product.columns() {
                elements.push(product.at(i, j));
            }
        }
        let again = Matrix::new(left.rows(), right.columns(), elements);
        prop_assert_eq!(again, Ok(product));
    }

    #[test]
    fn what_does_not_fit_is_refused(left in any_matrix(), right in any_matrix(), more in 1..=3_usize) {
        if left.columns() != right.rows() {
            prop_assert!(left.multiply(&right).is_err());
        }
        // One that surely doesn't fit, in both directions.
        let taller = Matrix::zero(left.columns() + more, right.columns());
        prop_assert!(left.multiply(&taller).is_err());
        let wider = Matrix::zero(left.rows(), right.rows() + more);
        prop_assert!(wider.multiply(&right).is_err());
    }

    #[test]
    fn identities_change_nothing(matrix in any_matrix()) {
        let left = Matrix::identity(matrix.rows()).multiply(&matrix);
        let right = matrix.multiply(&Matrix::identity(matrix.columns()));
        prop_assert_eq!(left.as_ref(), Ok(&matrix));
        prop_assert_eq!(right.as_ref(), Ok(&matrix));
    }

    #[test]
    fn transposing_swaps_places(matrix in any_matrix()) {
        let transposed = matrix.transpose();
        prop_assert_eq!(transposed.rows(), matrix.columns());
        prop_assert_eq!(transposed.columns(), matrix.rows());
        for row in 0..matrix.rows() {
            for column in 0..matrix.columns() {
                prop_assert_eq!(matrix.at(row, column), transposed.at(column, row));
            }
        }
    }

    #[test]
    fn elements_are_counted(rows in size(), columns in size(), found in 0..=200_usize) {
        let expected = rows * columns;
        let matrix = Matrix::new(rows, columns, vec![1.0; found]);
        if expected == found {
            prop_assert!(matrix.is_ok());
        } else {
            prop_assert_eq!(matrix, Err(ShapeError::Elements { expected, found }));
        }
    }
}

/// Zeros don't make infinities and NaN go away.
#[test]
fn special_numbers_arrive() {
    let left = Matrix::new(1, 2, vec![0.0, 1.0]).expect("two");
    for special in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let right = Matrix::new(2, 1, vec![special, 1.0]).expect("two");
        let product = left.multiply(&right).expect("they fit");
        assert!(product.at(0, 0).is_nan(), "0 * {special}");
        let product = right
            .transpose()
            .multiply(&left.transpose())
            .expect("they fit");
        assert!(product.at(0, 0).is_nan(), "{special} * 0");
    }
}
