//! What holds for all matrices, tried on many.

#![allow(
    clippy::clone_on_copy,
    reason = "a matrix that is only Clone obeys the same laws"
)]

use generics_matrix::Matrix;
use proptest::prelude::*;

/// Small enough that a product of three matrices does not overflow.
type Number = i16;

fn matrix<const R: usize, const C: usize>(rows: [[Number; C]; R]) -> Matrix<i64, R, C> {
    Matrix::from(rows.map(|row| row.map(i64::from)))
}

fn identity<const N: usize>() -> Matrix<i64, N, N> {
    let mut identity = Matrix::new();
    for index in 0..N {
        identity[(index, index)] = 1;
    }
    identity
}

/// One product by hand, in a shape where no two dimensions are equal: whoever confuses rows and columns is noticed.
#[test]
fn multiplies_rows_by_columns() {
    let left = Matrix::from([[1, 2, 3], [4, 5, 6]]);
    let right = Matrix::from([[1, 0, 2, -1], [0, 1, 2, 0], [1, 1, 0, 3]]);
    let product: Matrix<i64, 2, 4> = &left * &right;
    assert_eq!(
        product,
        Matrix::from([[4, 5, 6, 8], [10, 11, 18, 14]]),
        "{left:?} times {right:?}"
    );
}

/// If there is nothing between the two matrices, each element is a sum of nothing. Such shapes are rare by hand and
/// common in generic code, where somebody's `N` is 0.
#[test]
fn a_sum_of_nothing_is_zero() {
    let left: Matrix<i64, 2, 0> = Matrix::new();
    let right: Matrix<i64, 0, 3> = Matrix::new();
    assert_eq!(
        &left * &right,
        Matrix::from([[0, 0, 0], [0, 0, 0]]),
        "2 rows of nothing times 3 columns of nothing"
    );
}

proptest! {
    // No file of failing inputs is left behind: proptest prints the smallest one that it finds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What goes in by rows is found by row and column, and what is written there is found there.
    #[test]
    fn elements_are_found_by_row_and_column(
        rows in any::<[[Number; 3]; 2]>(),
        row in 0..2_usize,
        column in 0..3_usize,
        value in any::<i64>(),
    ) {
        let mut changed = matrix(rows);
        prop_assert_eq!(changed[(row, column)], i64::from(rows[row][column]), "row {}, column {}", row, column);
        changed[(row, column)] = value;
        for i in 0..2 {
            for j in 0..3 {
                let expected = if (i, j) == (row, column) { value } else { i64::from(rows[i][j]) };
                prop_assert_eq!(
                    changed[(i, j)], expected,
                    "row {}, column {}, after row {}, column {} was set to {}", i, j, row, column, value
                );
            }
        }
    }

    /// The identity changes nothing, from either side. Note the types: from the left it has another size than from
    /// the right.
    #[test]
    fn the_identity_changes_nothing(rows in any::<[[Number; 3]; 2]>()) {
        let any = matrix(rows);
        prop_assert_eq!(&identity::<2>() * &any, any.clone(), "from the left");
        prop_assert_eq!(&any * &identity::<3>(), any, "from the right");
    }

    /// How a chain is bracketed changes the work, never the result. Integers are exact, so this can be asked for; with
    /// floats it holds roughly, and no test should say more.
    #[test]
    fn multiplication_is_associative(
        a in any::<[[Number; 3]; 2]>(),
        b in any::<[[Number; 4]; 3]>(),
        c in any::<[[Number; 1]; 4]>(),
    ) {
        let (a, b, c) = (matrix(a), matrix(b), matrix(c));
        let product: Matrix<i64, 2, 1> = &(&a * &b) * &c;
        prop_assert_eq!(product, &a * &(&b * &c), "(ab)c and a(bc)");
    }

    /// Each element comes to the mirrored place, and a second transposition brings it back.
    #[test]
    fn transposing_swaps_rows_and_columns(rows in any::<[[Number; 3]; 2]>()) {
        let any = matrix(rows);
        let transposed: Matrix<i64, 3, 2> = any.clone().transpose();
        for row in 0..2 {
            for column in 0..3 {
                prop_assert_eq!(
                    transposed[(column, row)], any[(row, column)],
                    "row {}, column {} of the transpose", column, row
                );
            }
        }
        prop_assert_eq!(transposed.transpose(), any, "transposed twice");
    }

    /// The transpose of a product is the product of the transposes, the other way round. This ties two operations
    /// together: a mistake in one shows unless the other makes the same.
    #[test]
    fn a_product_is_transposed_factor_by_factor(
        a in any::<[[Number; 3]; 2]>(),
        b in any::<[[Number; 4]; 3]>(),
    ) {
        let (a, b) = (matrix(a), matrix(b));
        prop_assert_eq!((&a * &b).transpose(), &b.clone().transpose() * &a.clone().transpose());
    }
}
