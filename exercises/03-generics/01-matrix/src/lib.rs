//! A matrix whose number of rows and columns is part of its type.

use std::{
    iter::Sum,
    ops::{Index, IndexMut, Mul},
};

/// `R` rows of `C` elements each.
///
/// The elements lie in the value itself and nowhere else: a matrix is as large as its elements together, and making
/// one allocates nothing. `R` or `C` may be 0.
///
/// An element may be of any type. Each method and each trait asks of `T` what it needs and nothing beyond that. The
/// bounds that you find below ask for more: weaken them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix<T, const R: usize, const C: usize> {
    rows: [[T; C]; R],
}

impl<T: Copy, const R: usize, const C: usize> Matrix<T, R, C> {
    /// Makes a matrix in which every element is a `T::default()` of its own. Asks of `T` to be [`Default`].
    pub fn new() -> Self
    where
        T: Default,
    {
        todo!("{R} rows of {C} default values")
    }

    /// The number of rows and the number of columns. It is known when the program is compiled, so it can be part of a
    /// constant, and it asks nothing of `T`.
    pub const fn dimensions() -> (usize, usize) {
        todo!()
    }

    /// Returns the matrix whose rows are the columns of this one. Moves the elements, and so asks nothing of `T`.
    pub fn transpose(self) -> Matrix<T, C, R> {
        todo!("the element in row i and column j comes to row j and column i")
    }
}

/// The same as [`Matrix::new`].
impl<T: Copy + Default, const R: usize, const C: usize> Default for Matrix<T, R, C> {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a matrix from its rows, each from left to right.
impl<T, const R: usize, const C: usize> From<[[T; C]; R]> for Matrix<T, R, C> {
    fn from(rows: [[T; C]; R]) -> Self {
        let _ = rows;
        todo!("a matrix of these rows")
    }
}

/// The element in a row and a column, both counted from 0. Panics if there is no such row or no such column.
impl<T, const R: usize, const C: usize> Index<(usize, usize)> for Matrix<T, R, C> {
    type Output = T;

    fn index(&self, (row, column): (usize, usize)) -> &T {
        todo!("the element in row {row} and column {column}")
    }
}

/// Panics if there is no such row or no such column.
impl<T, const R: usize, const C: usize> IndexMut<(usize, usize)> for Matrix<T, R, C> {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut T {
        todo!("the element in row {row} and column {column}")
    }
}

/// The product of two matrices: row `i` and column `k` of it hold the sum of `&left[(i, j)] * &right[(j, k)]` over
/// all `j`, with the factors in this order. A sum of nothing is what [`Sum`] makes of no summands.
///
/// The left matrix must have as many columns as the right one has rows. As it stands, this is the product of any two
/// matrices. Say in its header which ones fit, so that for others there is no such implementation.
///
/// Asks of `T` that `&T * &T` is a `T`, and that it implements [`Sum`].
impl<T, const R: usize, const C: usize, const M: usize, const N: usize> Mul<&Matrix<T, M, N>>
    for &Matrix<T, R, C>
where
    T: Copy + Sum,
    for<'a> &'a T: Mul<Output = T>,
{
    type Output = Matrix<T, R, N>;

    fn mul(self, right: &Matrix<T, M, N>) -> Matrix<T, R, N> {
        let _ = right;
        todo!("{R} rows of {N} sums, each of {C} products")
    }
}
