//! A matrix whose number of rows and columns is part of its type.

use std::{
    array,
    iter::Sum,
    ops::{Index, IndexMut, Mul},
};

/// `R` rows of `C` elements each.
///
/// The elements lie in the value itself and nowhere else: a matrix is as large as its elements together, and making
/// one allocates nothing. `R` or `C` may be 0.
///
/// An element may be of any type. Each method and each trait asks of `T` what it needs and nothing beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix<T, const R: usize, const C: usize> {
    rows: [[T; C]; R],
}

impl<T: Clone, const R: usize, const C: usize> Matrix<T, R, C> {
    /// Makes a matrix in which every element is a `T::default()` of its own.
    pub fn new() -> Self
    where
        T: Default,
    {
        Self::from_fn(|_, _| T::default())
    }

    /// The number of rows and the number of columns.
    pub const fn dimensions() -> (usize, usize) {
        (R, C)
    }

    /// Returns the matrix whose rows are the columns of this one. Moves the elements.
    pub fn transpose(self) -> Matrix<T, C, R> {
        Matrix::from_fn(|row, column| self[(column, row)].clone())
    }

    /// Makes a matrix by calling `element` with each row and column, row by row, each from left to right.
    fn from_fn(mut element: impl FnMut(usize, usize) -> T) -> Self {
        let rows = array::from_fn(|row| array::from_fn(|column| element(row, column)));
        Self { rows }
    }
}

/// The same as [`Matrix::new`].
impl<T: Clone + Default, const R: usize, const C: usize> Default for Matrix<T, R, C> {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a matrix from its rows, each from left to right.
impl<T, const R: usize, const C: usize> From<[[T; C]; R]> for Matrix<T, R, C> {
    fn from(rows: [[T; C]; R]) -> Self {
        Self { rows }
    }
}

/// The element in a row and a column, both counted from 0. Panics if there is no such row or no such column.
impl<T, const R: usize, const C: usize> Index<(usize, usize)> for Matrix<T, R, C> {
    type Output = T;

    fn index(&self, (row, column): (usize, usize)) -> &T {
        &self.rows[row][column]
    }
}

/// Panics if there is no such row or no such column.
impl<T, const R: usize, const C: usize> IndexMut<(usize, usize)> for Matrix<T, R, C> {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut T {
        &mut self.rows[row][column]
    }
}

/// The product of two matrices, of which the left one has as many columns as the right one has rows: row `i` and
/// column `k` of it hold the sum of `&left[(i, j)] * &right[(j, k)]` over all `j`, with the factors in this order. A
/// sum of nothing is what [`Sum`] makes of no summands.
impl<T, const R: usize, const C: usize, const K: usize> Mul<&Matrix<T, C, K>> for &Matrix<T, R, C>
where
    T: Clone + Sum,
    for<'a> &'a T: Mul<Output = T>,
{
    type Output = Matrix<T, R, K>;

    fn mul(self, right: &Matrix<T, C, K>) -> Matrix<T, R, K> {
        Matrix::from_fn(|i, k| (0..C).map(|j| &self[(i, j)] * &right[(j, k)]).sum())
    }
}
